import type { UnsentDatagram } from '@bight/sockets/low-level';
import { BYTES_PER_DATAGRAM } from '../driver/datagram-channel.js';

/** The datagrams that the system did not take, in order. An operation costs what it moves, however much waits. */
export class DatagramBacklog {
  /** How many bytes wait, with `BYTES_PER_DATAGRAM` for each. */
  bytes = 0;
  #list: (UnsentDatagram | undefined)[] = [];
  /** The index of the first; those before it are `undefined`. */
  #first = 0;

  get isEmpty(): boolean {
    return this.#first === this.#list.length;
  }

  /** The first one. */
  get first(): UnsentDatagram | undefined {
    return this.#list[this.#first];
  }

  /** Adds one behind the others. */
  push(datagram: UnsentDatagram): void {
    this.#list.push(datagram);
    this.bytes += datagram.data.length + BYTES_PER_DATAGRAM;
  }

  /** Removes the first one. */
  shift(): void {
    const datagram = this.#list[this.#first];
    if (datagram === undefined) return;
    this.bytes -= datagram.data.length + BYTES_PER_DATAGRAM;
    this.#list[this.#first++] = undefined;
    if (this.#first < this.#list.length / 2) return;
    this.#list = this.#list.slice(this.#first);
    this.#first = 0;
  }

  /** Puts some, in order, before the others. */
  unshift(datagrams: readonly UnsentDatagram[]): void {
    const missing = datagrams.length - this.#first;
    if (missing > 0) {
      // The room doubles, so that this happens more rarely the more there is.
      const room = missing + this.#list.length;
      this.#list = [...Array<undefined>(room), ...this.#list];
      this.#first += room;
    }
    for (let index = datagrams.length - 1; index >= 0; index--) {
      const datagram = datagrams[index]!;
      this.#list[--this.#first] = datagram;
      this.bytes += datagram.data.length + BYTES_PER_DATAGRAM;
    }
  }

  /** Forgets all of them. */
  clear(): void {
    this.#list = [];
    this.#first = 0;
    this.bytes = 0;
  }
}

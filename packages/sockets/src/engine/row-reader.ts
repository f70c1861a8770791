import type { Address } from '@bight/loop-abstract';
import { unpooledCopy } from '@bight/loop-abstract/low-level';
import { readAddress } from '../addresses/address.js';
import type { DatagramAddresses } from './datagram-addresses.js';
import type { HeldEvent } from './held-events.js';
import {
  ADDRESS_HEADER,
  ADDRESS_WORDS,
  ADDRESSES,
  HEADER_LEARNED,
  LEARNED,
  ROW_ACCEPTED,
  ROW_DATA,
  ROW_DATAGRAM,
  ROW_DECRYPTED,
  ROW_FAILURE,
  ROW_READY,
  ROW_TLS,
} from './tables.js';

/** The address of a Unix socket without one. */
const NAMELESS = '';

/** Makes values of the rows of the event table; `native/engine.h` says what is in them. */
export class RowReader {
  readonly #words: Int32Array;
  readonly #slabs: readonly Buffer[];
  readonly #overflow: readonly Buffer[];
  readonly #addresses: DatagramAddresses;
  readonly #bytes: Buffer;

  constructor(
    words: Int32Array,
    slabs: readonly Buffer[],
    overflow: readonly Buffer[],
    addresses: DatagramAddresses,
  ) {
    this.#words = words;
    this.#bytes = Buffer.from(words.buffer);
    this.#slabs = slabs;
    this.#overflow = overflow;
    this.#addresses = addresses;
  }

  /** The bytes of a row: a slice of a slab, which is used again after the batch. */
  dataOf(at: number): Buffer {
    const words = this.#words;
    const which = words[at + 2]!;
    const start = words[at + 3]!;
    // What fitted into no slab has a buffer of its own.
    return which < 0 ? this.#overflow[start]! : this.#slabs[which]!.subarray(start, start + words[at + 4]!);
  }

  /** Everything in a row, to be kept: bytes are copied. */
  read(at: number): HeldEvent {
    const words = this.#words;
    const kind = words[at + 1]!;
    switch (kind) {
      case ROW_DATA:
      case ROW_DECRYPTED:
        return { kind, data: unpooledCopy(this.dataOf(at)) };
      case ROW_DATAGRAM:
        return { kind, data: unpooledCopy(this.dataOf(at)), address: this.senderOf(at) };
      case ROW_ACCEPTED:
        return { kind, fd: words[at + 2]!, address: this.#addressAt(words[at + 3]!) };
      case ROW_FAILURE:
      case ROW_READY:
      case ROW_TLS:
        return { kind, result: words[at + 2]! };
      default:
        return { kind };
    }
  }

  /** The sender of a datagram. */
  senderOf(at: number): Address {
    return this.#addresses.get(this.#words[at + 5]!) ?? NAMELESS;
  }

  /** Notes which ids stand for other addresses from now on. Before any of a batch's handlers is called. */
  learnAddresses(): void {
    const words = this.#words;
    for (let index = 0; index < words[HEADER_LEARNED]!; index++) {
      const id = words[LEARNED + index]!;
      if (id >= 0) this.#addresses.learn(id, this.#addressAt(index));
    }
  }

  #addressAt(index: number): Address {
    const at = ADDRESSES + index * ADDRESS_WORDS;
    return readAddress(this.#words, at, this.#bytes, (at + ADDRESS_HEADER) * Int32Array.BYTES_PER_ELEMENT);
  }
}

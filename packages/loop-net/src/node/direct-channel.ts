import net from 'node:net';
import { kArrive } from '../internals.js';
import type { ChannelEnvironment } from './channel-environment.js';
import type { NodeHandle } from './node-handle.js';
import { NodeStreamChannel } from './node-stream-channel.js';
import { NodeStreamSocket, type SocketFacts } from './node-stream-socket.js';

/**
 * A channel that receives into memory of ours, through the `onread` option of `net.Socket`: no fresh buffer for each
 * chunk, and none of the machinery of readable streams. This is where the proactor gains what the bookkeeping of a loop
 * costs.
 */
export class DirectChannel extends NodeStreamChannel {}

/** A socket on its way to become a `DirectChannel`. */
export class DirectSocket {
  readonly net: net.Socket;
  readonly #environment: ChannelEnvironment;
  #channel: DirectChannel | null = null;

  /** @param from - the handle or descriptor of a connection; `null` for a socket that is yet to be connected */
  constructor(environment: ChannelEnvironment, from: { handle: NodeHandle } | { fd: number } | null) {
    const onread = { buffer: environment.receiveMemory, callback: (length: number) => this.#read(length) };
    this.#environment = environment;
    // `handle` and `manualStart` are how Node itself makes the sockets that a server accepts.
    const options = {
      ...from,
      allowHalfOpen: true,
      readable: true,
      writable: true,
      manualStart: true,
      onread,
    };
    this.net = new net.Socket(options as net.SocketConstructorOpts);
    // Nothing is received before the transport starts to read.
    this.net.pause();
  }

  /** @param facts - what is known of the socket beside what it says itself */
  connected(facts: SocketFacts): DirectChannel {
    this.#channel = new DirectChannel(this.#environment, this.net, new NodeStreamSocket(this.net, facts));
    return this.#channel;
  }

  #read(length: number): boolean {
    return this.#channel?.[kArrive](this.#environment.receiveMemory.subarray(0, length), true) ?? false;
  }
}

import type { SchedulingLoop, SocketLike } from '@bight/loop-abstract';
import type { Completion, Listener, ListenerSink } from '@bight/loop-net/low-level';
import { kAccept, kDeliverAccepted, kRefuse, kVanish } from '../internals.js';
import { deliver } from './deliver.js';
import type { HostProcess } from './host-process.js';
import type { SimulatedChannel } from './simulated-channel.js';

/** A listening socket of a simulated host. */
export class SimulatedListener implements Listener {
  readonly socket: SocketLike;
  readonly #loop: SchedulingLoop;
  readonly #process: HostProcess;
  readonly #unbind: (listener: SimulatedListener) => void;
  #sink: ListenerSink | null = null;

  constructor(
    loop: SchedulingLoop,
    process: HostProcess,
    socket: SocketLike,
    unbind: (listener: SimulatedListener) => void,
  ) {
    this.#loop = loop;
    this.#process = process;
    process.resources.add(this);
    this.socket = socket;
    this.#unbind = unbind;
  }

  /** Whether this accepts connections. */
  get isListening(): boolean {
    return this.#sink !== null;
  }

  listen(_backlog: number, sink: ListenerSink, started: Completion<never>): void {
    this.#sink = sink;
    started(null, null);
  }

  close(): void {
    this.#sink = null;
    this.#process.resources.delete(this);
    this.#unbind(this);
  }

  /** Ends without notice. @internal */
  [kVanish](): void {
    this.close();
  }

  /** A connection is complete. @internal */
  [kAccept](channel: SimulatedChannel): void {
    if (this.#sink === null) channel[kRefuse]();
    else deliver(this.#loop, this.#process, deliverAccepted, this, channel);
  }

  /** @internal */
  [kDeliverAccepted](channel: SimulatedChannel): void {
    if (this.#sink === null) channel[kRefuse]();
    else this.#sink.accepted(channel);
  }
}

function deliverAccepted(this: SimulatedListener, channel: SimulatedChannel): void {
  this[kDeliverAccepted](channel);
}

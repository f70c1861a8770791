import { type Context, copyContext } from '@bight/contextvars';
import type { InetAddress, SchedulingLoop } from '@bight/loop-abstract';
import { SOCK_STREAM } from '@bight/loop-net/constants';
import type { Completion, ConnectAttempt, SocketChannel } from '@bight/loop-net/low-level';
import { osError } from '../errors/os-errors.js';
import {
  kAccept,
  kGreet,
  kHostAt,
  kLink,
  kListeners,
  kMakeChannel,
  kProcess,
  kSettle,
  kSourceFor,
} from '../internals.js';
import { deliver } from './deliver.js';
import type { HostProcess } from './host-process.js';
import { makeAddress } from './make-address.js';
import { SimulatedChannel } from './simulated-channel.js';
import type { SimulatedHost } from './simulated-host.js';
import type { SimulatedNetwork } from './simulated-network.js';
import { SimulatedSocket } from './simulated-socket.js';

// As Linux does it: a second after the first try, then after twice as long each time, and an end after six repetitions.
const FIRST_RETRY_SECONDS = 1;
const RETRIES = 6;

/** Tries to connect a host to an address. */
export class SimulatedConnectAttempt implements ConnectAttempt {
  readonly #network: SimulatedNetwork;
  readonly #loop: SchedulingLoop;
  readonly #host: SimulatedHost;
  readonly #process: HostProcess;
  readonly #remote: InetAddress;
  // Another attempt may follow from within `settled`, on the same host.
  readonly #context: Context = copyContext();
  #settled: Completion<SocketChannel> | null;
  #next: { cancel(): void } | null = null;
  #channel: SimulatedChannel | null = null;
  #local: InetAddress | null = null;
  #retries = 0;

  constructor(
    network: SimulatedNetwork,
    loop: SchedulingLoop,
    host: SimulatedHost,
    remote: InetAddress,
    local: InetAddress | null,
    settled: Completion<SocketChannel>,
  ) {
    this.#network = network;
    this.#loop = loop;
    this.#host = host;
    this.#process = host[kProcess];
    this.#remote = remote;
    this.#settled = settled;
    const source = host[kSourceFor](remote.host, local);
    const port = host[kListeners].reserve(makeAddress(source, local?.port ?? 0), false);
    this.#local = makeAddress(source, port);
    const target = network[kHostAt](remote.host, host);
    if (target === null)
      this.#later(network.now(), () => this.#fail(osError('EHOSTUNREACH', 'connect', remote)));
    else this.#knock(target);
  }

  cancel(): void {
    if (this.#settled === null) return;
    this.#settled = null;
    this.#next?.cancel();
    this.#channel?.close();
  }

  #later(when: number, event: () => void): void {
    this.#next = this.#network.at(when, event);
  }

  #knock(target: SimulatedHost): void {
    const there = this.#network[kLink](this.#host, target);
    const now = this.#network.now();
    this.#later(there.arrival(now, 0), () => {
      if (this.#process.isDead) return;
      const back = this.#network[kLink](target, this.#host);
      if (there.loses() || back.isCut) {
        this.#retry(target, now);
        return;
      }
      const [listener] = target[kListeners].find(this.#remote.host, this.#remote.port);
      const answer = back.arrival(this.#network.now(), 0);
      if (listener?.isListening) {
        this.#later(answer, () => this.#connect(target, (channel) => listener[kAccept](channel)));
      } else {
        this.#later(answer, () => this.#fail(osError('ECONNREFUSED', 'connect', this.#remote)));
      }
    });
  }

  #retry(target: SimulatedHost, since: number): void {
    const again = since + FIRST_RETRY_SECONDS * 2 ** this.#retries;
    this.#later(again, () => {
      if (this.#process.isDead) return;
      if (this.#retries++ < RETRIES) this.#knock(target);
      else this.#fail(osError('ETIMEDOUT', 'connect', this.#remote));
    });
  }

  /** Makes both ends. The other one's accept is on its way ahead of every byte. */
  #connect(target: SimulatedHost, accept: (channel: SimulatedChannel) => void): void {
    const local = this.#local as InetAddress;
    const remote = this.#remote;
    const here = this.#network[kMakeChannel](
      this.#host,
      target,
      new SimulatedSocket(SOCK_STREAM, local, remote),
    );
    const there = this.#network[kMakeChannel](
      target,
      this.#host,
      new SimulatedSocket(SOCK_STREAM, remote, local),
    );
    SimulatedChannel.join(here, there);
    here[kGreet](() => accept(there));
    this.#channel = here;
    // A program that connects to itself sees the accept first.
    this.#later(this.#network.now(), () => deliver(this.#loop, this.#process, settle, this, null));
  }

  #fail(error: Error): void {
    deliver(this.#loop, this.#process, settle, this, error);
  }

  /** @internal */
  [kSettle](error: Error | null): void {
    const settled = this.#settled;
    if (settled === null) return;
    this.#settled = null;
    this.#context.run(settled, error, error === null ? this.#channel : null);
  }
}

function settle(this: SimulatedConnectAttempt, error: Error | null): void {
  this[kSettle](error);
}

import { type Context, copyContext } from '@bight/contextvars';
import type { SchedulingLoop } from '@bight/loop-abstract';
import { SOCK_STREAM } from '@bight/loop-net/constants';
import type { Completion, ConnectAttempt, SocketChannel } from '@bight/loop-net/low-level';
import { osError } from '../errors/os-errors.js';
import { kAccept, kMakeChannel, kPaths, kProcess, kSettle } from '../internals.js';
import { deliver } from './deliver.js';
import { SimulatedChannel } from './simulated-channel.js';
import type { SimulatedHost } from './simulated-host.js';
import type { SimulatedNetwork } from './simulated-network.js';
import { SimulatedSocket } from './simulated-socket.js';

/** Connects to a Unix path of the same host, at once, as kernels do. */
export function connectUnix(
  network: SimulatedNetwork,
  loop: SchedulingLoop,
  host: SimulatedHost,
  path: string,
  settled: Completion<SocketChannel>,
): ConnectAttempt {
  return new UnixConnectAttempt(network, loop, host, path, settled);
}

class UnixConnectAttempt implements ConnectAttempt {
  readonly #context: Context = copyContext();
  #settled: Completion<SocketChannel> | null;
  #channel: SimulatedChannel | null = null;

  constructor(
    network: SimulatedNetwork,
    loop: SchedulingLoop,
    host: SimulatedHost,
    path: string,
    settled: Completion<SocketChannel>,
  ) {
    this.#settled = settled;
    const listener = host[kPaths].get(path);
    if (listener?.isListening) {
      const here = network[kMakeChannel](host, host, new SimulatedSocket(SOCK_STREAM, '', path));
      const there = network[kMakeChannel](host, host, new SimulatedSocket(SOCK_STREAM, path, ''));
      SimulatedChannel.join(here, there);
      this.#channel = here;
      listener[kAccept](there);
    }
    const error = listener?.isListening
      ? null
      : osError(listener ? 'ECONNREFUSED' : 'ENOENT', 'connect', path);
    deliver(loop, host[kProcess], settle, this, error);
  }

  cancel(): void {
    if (this.#settled === null) return;
    this.#settled = null;
    this.#channel?.close();
  }

  /** @internal */
  [kSettle](error: Error | null): void {
    const settled = this.#settled;
    if (settled === null) return;
    this.#settled = null;
    this.#context.run(settled, error, error === null ? this.#channel : null);
  }
}

function settle(this: UnixConnectAttempt, error: Error | null): void {
  this[kSettle](error);
}

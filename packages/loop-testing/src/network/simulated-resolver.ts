import type { AbstractFuture, SchedulingLoop, TaskLoop } from '@bight/loop-abstract';
import type { NameResolver } from '@bight/loop-net/low-level';
import { unknownName } from '../errors/os-errors.js';
import { kAddressesOf, kHere, kNameOf, kProcess } from '../internals.js';
import { deliver } from './deliver.js';
import type { SimulatedNetwork } from './simulated-network.js';

/** The names of a simulated network. Looking one up takes no time, but a turn. */
export class SimulatedResolver implements NameResolver {
  readonly #network: SimulatedNetwork;
  readonly #loop: SchedulingLoop & TaskLoop;

  constructor(network: SimulatedNetwork, loop: SchedulingLoop & TaskLoop) {
    this.#network = network;
    this.#loop = loop;
  }

  lookupAddresses(host: string, family: 0 | 4 | 6): AbstractFuture<{ address: string }[]> {
    const found = this.#network[kAddressesOf](host)
      .filter((address) => family === 0 || address.includes(':') === (family === 6))
      .map((address) => ({ address }));
    return this.#answer<{ address: string }[]>(found.length > 0 ? found : unknownName('getaddrinfo', host));
  }

  lookupName(address: string): AbstractFuture<string> {
    return this.#answer<string>(this.#network[kNameOf](address) ?? unknownName('getnameinfo', address));
  }

  #answer<T>(result: T | Error): AbstractFuture<T> {
    const future = this.#loop.createFuture<T>();
    const process = this.#network[kHere][kProcess];
    this.#network.at(this.#network.now(), () => deliver(this.#loop, process, settle<T>, future, result));
    return future;
  }
}

function settle<T>(this: AbstractFuture<T>, result: T | Error): void {
  if (this.done()) return;
  if (result instanceof Error) this.setException(result);
  else this.setResult(result);
}

import { copyContext } from '@bight/contextvars';
import type { InetAddress } from '@bight/loop-abstract';
import { kCheckOwn, kDatagrams, kListeners, kPaths, kSourceFor } from '../internals.js';
import { currentHost } from './current-host.js';
import { osError } from './errors.js';
import { isLoopback, isWildcard, PortTable } from './port-table.js';
import type { SimulatedDatagramChannel } from './simulated-datagram-channel.js';
import type { SimulatedListener } from './simulated-listener.js';

/** A machine in a simulated network, with a name, addresses, and ports of its own. */
export class SimulatedHost {
  /** Its name, under which the other hosts find it. */
  readonly name: string;
  /** Its addresses, IPv4 and IPv6. */
  readonly addresses: readonly string[];

  /** @internal */
  readonly [kListeners] = new PortTable<SimulatedListener>();
  /** @internal */
  readonly [kDatagrams] = new PortTable<SimulatedDatagramChannel>();
  /** @internal */
  readonly [kPaths] = new Map<string, SimulatedListener>();

  /** @internal */
  constructor(name: string, addresses: readonly string[]) {
    this.name = name;
    this.addresses = addresses;
  }

  /**
   * Runs a function on this host: what it opens is opened here, and what it looks up is looked up here, also after
   * every `await` of an async function, and in the tasks and callbacks that it makes. It runs in a copy of the current
   * context.
   *
   * @returns what the function returns
   */
  run<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): R {
    return copyContext().run(() => {
      currentHost.set(this);
      return fn(...args);
    });
  }

  /** Whether something sent to an address comes to this host. @internal */
  #has(address: string): boolean {
    return isLoopback(address) || isWildcard(address) || this.addresses.includes(address);
  }

  /**
   * Which of its addresses this host has as its own when it talks to another one.
   *
   * @throws the system's error: `EADDRNOTAVAIL` for a foreign address, `ENETUNREACH` for want of one of the family
   * @internal
   */
  [kSourceFor](remote: string, local: InetAddress | null): string {
    if (local !== null && !isWildcard(local.host)) {
      this[kCheckOwn](local);
      return local.host;
    }
    const isIpv6 = remote.includes(':');
    if (isLoopback(remote) || isWildcard(remote)) return isIpv6 ? '::1' : '127.0.0.1';
    const own = this.addresses.find((address) => address.includes(':') === isIpv6);
    if (own === undefined) throw osError('ENETUNREACH', 'connect', remote);
    return own;
  }

  /**
   * @throws the system's error: `EADDRNOTAVAIL` for a foreign address
   * @internal
   */
  [kCheckOwn](address: InetAddress): void {
    if (!this.#has(address.host)) throw osError('EADDRNOTAVAIL', 'bind', address);
  }

  /** Its name. */
  toString(): string {
    return `<SimulatedHost ${this.name}>`;
  }
}

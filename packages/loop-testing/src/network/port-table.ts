import type { InetAddress } from '@bight/loop-abstract';
import { osError } from '../errors/os-errors.js';

// The range from which Linux takes ephemeral ports.
const FIRST_EPHEMERAL_PORT = 32_768;
const LAST_EPHEMERAL_PORT = 60_999;

/** What is bound to a port. */
interface Binding<T> {
  readonly host: string;
  readonly owner: T;
  readonly isShared: boolean;
}

/** The sockets of one kind at the ports of a host. */
export class PortTable<T> {
  readonly #bindings = new Map<number, Binding<T>[]>();
  #nextEphemeral = FIRST_EPHEMERAL_PORT;

  /**
   * Finds a free port for a socket.
   *
   * @param port - the one that is wanted; 0 for any
   * @param isShared - whether other bindings that are shared may have it, too
   * @throws the system's error: `EADDRINUSE`
   */
  reserve({ host, port }: InetAddress, isShared: boolean): number {
    if (port !== 0) {
      if (!this.#isFree(host, port, isShared)) throw osError('EADDRINUSE', 'bind', { host, port });
      return port;
    }
    for (let tries = FIRST_EPHEMERAL_PORT; tries <= LAST_EPHEMERAL_PORT; tries++) {
      const candidate = this.#nextEphemeral++;
      if (this.#nextEphemeral > LAST_EPHEMERAL_PORT) this.#nextEphemeral = FIRST_EPHEMERAL_PORT;
      if (this.#isFree(host, candidate, false)) return candidate;
    }
    throw osError('EADDRINUSE', 'bind', { host, port });
  }

  /** Adds a socket. */
  add({ host, port }: InetAddress, isShared: boolean, owner: T): void {
    const key = keyOf(host, port);
    const others = this.#bindings.get(key) ?? [];
    this.#bindings.set(key, [...others, { host, owner, isShared }]);
  }

  /** Removes a socket. */
  remove({ host, port }: InetAddress, owner: T): void {
    const key = keyOf(host, port);
    const left = (this.#bindings.get(key) ?? []).filter((binding) => binding.owner !== owner);
    if (left.length === 0) this.#bindings.delete(key);
    else this.#bindings.set(key, left);
  }

  /** The sockets that get what is sent to an address: those bound to it before those bound to all addresses. */
  find(host: string, port: number): T[] {
    const bindings = this.#bindings.get(keyOf(host, port));
    if (bindings === undefined) return [];
    const [only] = bindings;
    if (bindings.length === 1 && only !== undefined) {
      return only.host === host || isWildcard(only.host) ? [only.owner] : [];
    }
    const exact = bindings.filter((binding) => binding.host === host);
    return (exact.length > 0 ? exact : bindings.filter((binding) => isWildcard(binding.host))).map(
      ({ owner }) => owner,
    );
  }

  #isFree(host: string, port: number, isShared: boolean): boolean {
    const rivals = (this.#bindings.get(keyOf(host, port)) ?? []).filter(
      (binding) => binding.host === host || isWildcard(binding.host) || isWildcard(host),
    );
    return rivals.every((rival) => isShared && rival.isShared);
  }
}

/** The two families have nothing to do with each other. */
function keyOf(host: string, port: number): number {
  return host.includes(':') ? -1 - port : port;
}

/** Whether an address stands for every address of a host. */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** Whether an address stands for the host that uses it. */
export function isLoopback(host: string): boolean {
  return host === '::1' || host.startsWith('127.');
}

import dns from 'node:dns';
import type { AbstractFuture } from '@bight/loop-abstract';
import { enterFromHost } from '@bight/loop-core/low-level';
import type { NetDriver } from '../driver/net-driver.js';
import type { NetHostLoop } from '../driver/network.js';

/** The loop that looks up, and its driver. */
export interface LoopEntrance {
  readonly loop: NetHostLoop;
  readonly driver: Pick<NetDriver, 'resolver'>;
}

/** Looks a name up as the system does: hosts file, DNS and what else is configured, in a thread of libuv's pool. */
export function lookupAddresses(
  net: LoopEntrance,
  host: string,
  options: { family: 0 | 4 | 6; hints: number },
): AbstractFuture<dns.LookupAddress[]> {
  return ask(net, (done) => dns.lookup(host, { ...options, all: true, verbatim: true }, done));
}

/** Looks an address up: `[host, service]`. Fails where the address has no name. */
export function lookupNames(
  net: LoopEntrance,
  host: string,
  port: number,
): AbstractFuture<[host: string, service: string]> {
  return ask(net, (done) => {
    dns.lookupService(host, port, (error, hostname, service) => done(error, [hostname, service]));
  });
}

/** Follows the aliases of a name in the DNS: what the name is an alias of. */
export function lookupAlias(net: LoopEntrance, host: string): AbstractFuture<string[]> {
  return ask(net, (done) => dns.resolveCname(host, done));
}

interface Answer<T> {
  error: Error | null;
  result: T;
}

/** A cancelled future is done at once; a later answer is dropped. */
function ask<T>(
  net: LoopEntrance,
  start: (done: (error: Error | null, result: T) => void) => void,
): AbstractFuture<T> {
  const future = net.loop.createFuture<T>();
  start((error, result) => enterFromHost(net.loop, settle<T>, future, { error, result }));
  return future;
}

function settle<T>(this: AbstractFuture<T>, { error, result }: Answer<T>): void {
  if (this.done()) return;
  if (error === null) this.setResult(result);
  else this.setException(error);
}

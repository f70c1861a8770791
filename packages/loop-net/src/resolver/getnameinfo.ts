import { hostname } from 'node:os';
import type { AbstractFuture, GetnameinfoOptions, InetAddress } from '@bight/loop-abstract';
import { checkInteger, checkOptions } from '@bight/loop-abstract/validate';
import { coroutine } from '@bight/loop-core';
import {
  AF_UNSPEC,
  NI_DGRAM,
  NI_NAMEREQD,
  NI_NOFQDN,
  NI_NUMERICHOST,
  NI_NUMERICSERV,
} from '../addresses/constants.js';
import { checkInetAddress, familyOf } from '../addresses/inet-address.js';
import { joinScope } from '../addresses/scope.js';
import { checkOpen } from '../driver/network.js';
import { gaiError } from '../errors/gai-error.js';
import { type LoopEntrance, lookupNames } from './lookup.js';
import { serviceAtPort } from './services.js';

/** Looks an address up: `loop.getnameinfo()`. */
export function getnameinfo(
  net: LoopEntrance,
  sockaddr: InetAddress,
  options?: GetnameinfoOptions | null,
): AbstractFuture<[host: string, service: string]> {
  checkOpen(net);
  const { host, port, scopeId } = checkInetAddress(sockaddr, 'sockaddr');
  const flags = checkInteger(checkOptions(options, ['flags']).flags ?? 0, 'flags');
  return coroutine(net.loop, function* () {
    if (familyOf(host) === AF_UNSPEC) throw gaiError('ENOTFOUND', 'not an address', host);
    const protocol = (flags & NI_DGRAM) === 0 ? 'tcp' : 'udp';
    const named = (flags & NI_NUMERICSERV) === 0 ? serviceAtPort(port, protocol) : null;
    const name = yield* hostName(net, joinScope(host, scopeId), port, flags);
    return [name, named ?? String(port)];
  });
}

function* hostName(
  net: LoopEntrance,
  host: string,
  port: number,
  flags: number,
): Generator<unknown, string, unknown> {
  if ((flags & NI_NUMERICHOST) !== 0) return host;
  try {
    const { resolver } = net.driver;
    if (resolver !== undefined) return yield* resolver.lookupName(host);
    const [name] = yield* lookupNames(net, host, port);
    return (flags & NI_NOFQDN) === 0 ? name : withoutOwnDomain(name);
  } catch (error) {
    // An address without a name stands for itself, unless a name is required.
    if ((error as NodeJS.ErrnoException).syscall === undefined || (flags & NI_NAMEREQD) !== 0) throw error;
    return host;
  }
}

function withoutOwnDomain(name: string): string {
  const own = hostname();
  const dot = own.indexOf('.');
  const domain = dot < 0 ? null : own.slice(dot);
  return domain !== null && name.endsWith(domain) ? name.slice(0, -domain.length) : name;
}

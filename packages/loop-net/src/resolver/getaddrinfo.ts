import dns from 'node:dns';
import type { AbstractFuture, AddrInfo, GetaddrinfoOptions } from '@bight/loop-abstract';
import { checkInteger, checkOptions, typeError, valueError } from '@bight/loop-abstract/validate';
import { coroutine } from '@bight/loop-core';
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  AI_ADDRCONFIG,
  AI_ALL,
  AI_CANONNAME,
  AI_NUMERICHOST,
  AI_NUMERICSERV,
  AI_PASSIVE,
  AI_V4MAPPED,
  IPPROTO_IP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
} from '../addresses/constants.js';
import { familyOf, makeInetAddress } from '../addresses/inet-address.js';
import { numericPort } from '../addresses/numeric-addr-info.js';
import { parseScope, type ScopedAddress, splitScope } from '../addresses/scope.js';
import { checkOpen } from '../driver/network.js';
import { gaiError } from '../errors/gai-error.js';
import { type LoopEntrance, lookupAddresses, lookupAlias } from './lookup.js';
import { type PortProtocol, portOfService } from './services.js';

/** One kind of socket that the caller may want, with the port that it has there. */
interface SocketKind {
  type: number;
  proto: number;
  port: number;
}

interface Request {
  host: string | null;
  family: number;
  flags: number;
  kinds: SocketKind[];
}

const KINDS: readonly { type: number; proto: number; name: PortProtocol | null }[] = [
  { type: SOCK_STREAM, proto: IPPROTO_TCP, name: 'tcp' },
  { type: SOCK_DGRAM, proto: IPPROTO_UDP, name: 'udp' },
  { type: SOCK_RAW, proto: IPPROTO_IP, name: null },
];

/**
 * Looks a host and a service up: `loop.getaddrinfo()`.
 *
 * Names go through `dns.lookup()`; everything else (services, flags, what an absent host means, the kinds of sockets,
 * their order) is done here as glibc does it.
 */
export function getaddrinfo(
  net: LoopEntrance,
  host: string | Uint8Array | null | undefined,
  port: number | string | null | undefined,
  options?: GetaddrinfoOptions | null,
): AbstractFuture<AddrInfo[]> {
  checkOpen(net);
  const { family, type, proto, flags } = checkOptions(options, ['family', 'type', 'proto', 'flags']);
  const wanted = {
    family: checkInteger(family ?? AF_UNSPEC, 'family'),
    type: checkInteger(type ?? 0, 'type'),
    proto: checkInteger(proto ?? 0, 'proto'),
    flags: checkInteger(flags ?? 0, 'flags'),
  };
  const name = checkHost(host);
  const service = checkService(port);
  return coroutine(net.loop, function* () {
    if (name === null && service === null) throw gaiError('ENOTFOUND', 'neither a host nor a port');
    if (![AF_UNSPEC, AF_INET, AF_INET6].includes(wanted.family)) {
      throw gaiError('EAI_FAMILY', `address family ${wanted.family} not supported`);
    }
    const kinds = socketKinds(service, wanted);
    return yield* resolve(net, { host: name, family: wanted.family, flags: wanted.flags, kinds });
  });
}

function checkHost(host: string | Uint8Array | null | undefined): string | null {
  if (host === null || host === undefined) return null;
  const name = host instanceof Uint8Array ? Buffer.from(host).toString('utf8') : host;
  if (typeof name !== 'string') throw typeError('host', 'a string, bytes or null', host);
  // Some resolvers would look up what is before it: another host than the caller has checked.
  if (name.includes('\0')) throw valueError('host', 'a host without NUL characters', host);
  return name;
}

function checkService(port: number | string | null | undefined): number | string | null {
  if (port === null || port === undefined || typeof port === 'string') return port ?? null;
  if (typeof port !== 'number') throw typeError('port', 'a number, the name of a service or null', port);
  return checkInteger(port, 'port', { min: 0, max: 65535 });
}

function socketKinds(
  service: number | string | null,
  wanted: { type: number; proto: number; flags: number },
): SocketKind[] {
  const candidates = KINDS.filter(
    ({ type, proto }) =>
      (wanted.type === 0 || wanted.type === type) && (wanted.proto === 0 || wanted.proto === proto),
  );
  if (candidates.length === 0) {
    throw gaiError('EAI_SOCKTYPE', `no sockets of type ${wanted.type} and protocol ${wanted.proto}`);
  }
  const numeric = numericPort(service);
  if (numeric !== null) {
    if (numeric > 65535) throw gaiError('EAI_SERVICE', `no port ${service}`);
    return candidates.map(({ type, proto }) => ({ type, proto, port: numeric }));
  }
  if ((wanted.flags & AI_NUMERICSERV) !== 0) {
    throw gaiError('ENOTFOUND', `AI_NUMERICSERV and port ${JSON.stringify(service)}`);
  }
  const kinds: SocketKind[] = [];
  for (const { type, proto, name } of candidates) {
    const port = name === null ? null : portOfService(service as string, name);
    if (port !== null) kinds.push({ type, proto, port });
  }
  if (kinds.length === 0) throw gaiError('EAI_SERVICE', `no service ${JSON.stringify(service)} of this type`);
  return kinds;
}

function* resolve(net: LoopEntrance, request: Request): Generator<unknown, AddrInfo[], unknown> {
  const { host, flags, kinds } = request;
  const hosts =
    host === null
      ? ownHosts(request)
      : (numericHosts(host, request) ?? (yield* namedHosts(net, host, request)));
  const wantsName = (flags & AI_CANONNAME) !== 0 && host !== null;
  const canonname = wantsName ? yield* canonicalName(net, host) : '';
  const infos: AddrInfo[] = [];
  for (const { address, scopeId } of hosts) {
    const family = familyOf(address);
    for (const { type, proto, port } of kinds) {
      const sockaddr = makeInetAddress(address, port, 0, scopeId);
      infos.push({ family, type, proto, canonname: infos.length === 0 ? canonname : '', sockaddr });
    }
  }
  return infos;
}

/** This machine: what to listen on, or what to connect to. */
function ownHosts({ family, flags }: Request): ScopedAddress[] {
  const hosts = (flags & AI_PASSIVE) !== 0 ? ['0.0.0.0', '::'] : ['::1', '127.0.0.1'];
  return hosts
    .filter((address) => family === AF_UNSPEC || familyOf(address) === family)
    .map((address) => ({ address, scopeId: 0 }));
}

function numericHosts(host: string, { family, flags }: Request): ScopedAddress[] | null {
  const found = familyOf(host);
  if (found === AF_UNSPEC) {
    if ((flags & AI_NUMERICHOST) !== 0) throw gaiError('ENOTFOUND', 'AI_NUMERICHOST and a name', host);
    return null;
  }
  if (found === AF_INET && family === AF_INET6 && (flags & AI_V4MAPPED) !== 0) {
    return [{ address: `::ffff:${host}`, scopeId: 0 }];
  }
  if (family !== AF_UNSPEC && family !== found) {
    throw gaiError('EAI_FAMILY', 'an address of another family', host);
  }
  const scoped = parseScope(host);
  if (scoped === null) throw gaiError('ENOTFOUND', 'no such interface', host);
  return [scoped];
}

function* namedHosts(
  net: LoopEntrance,
  host: string,
  { family, flags }: Request,
): Generator<unknown, ScopedAddress[], unknown> {
  if (host === '') throw gaiError('ENOTFOUND', 'an empty name', host);
  const version = family === AF_INET ? 4 : family === AF_INET6 ? 6 : 0;
  const { resolver } = net.driver;
  if (resolver !== undefined) return (yield* resolver.lookupAddresses(host, version)).map(unscoped);
  let hints = 0;
  if ((flags & AI_ADDRCONFIG) !== 0) hints |= dns.ADDRCONFIG;
  if ((flags & AI_V4MAPPED) !== 0) hints |= dns.V4MAPPED;
  if ((flags & AI_ALL) !== 0) hints |= dns.ALL;
  return (yield* lookupAddresses(net, host, { family: version, hints })).map(unscoped);
}

function unscoped({ address }: { address: string }): ScopedAddress {
  return splitScope(address);
}

/** The end of a name's chain of aliases; the name itself where the DNS has none. */
function* canonicalName(net: LoopEntrance, host: string): Generator<unknown, string, unknown> {
  let name = host;
  if (familyOf(host) !== AF_UNSPEC || host === 'localhost' || net.driver.resolver !== undefined) return name;
  for (let hops = 0; hops < 8; hops++) {
    try {
      const [alias] = yield* lookupAlias(net, name);
      if (alias === undefined) return name;
      name = alias;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      return name;
    }
  }
  return name;
}

import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** The largest number that an interface can have. */
const HIGHEST_INDEX = 0xffff_ffff;

/** What the names of interfaces are allowed with; every other address takes numbers only. */
const LINK_LOCAL = /^(?:fe[89ab]|ff[0-9a-f]2)/i;

/** An address and the number of its interface, 0 for none. */
export interface ScopedAddress {
  readonly address: string;
  readonly scopeId: number;
}

/**
 * Takes the interface off the end of an address that the system gave: `fe80::1%eth0`. One that is gone has the number
 * 0.
 */
export function splitScope(host: string): ScopedAddress {
  return parseScope(host) ?? { address: host.slice(0, host.indexOf('%')), scopeId: 0 };
}

/**
 * Takes the interface off the end of an address, as glibc does: a number, or the name of an interface that there is.
 *
 * @returns `null` where there is no such interface
 */
export function parseScope(host: string): ScopedAddress | null {
  const percent = host.indexOf('%');
  if (percent < 0) return { address: host, scopeId: 0 };
  const [address, zone] = [host.slice(0, percent), host.slice(percent + 1)];
  const named = LINK_LOCAL.test(address) ? systemIndex(zone) : undefined;
  const scopeId = named ?? (/^\d+$/.test(zone) ? Number(zone) : -1);
  return scopeId < 0 || scopeId > HIGHEST_INDEX ? null : { address, scopeId };
}

/** Puts the interface back, for Node, which knows it only as a part of the address. */
export function joinScope(host: string, scopeId: number | undefined): string {
  if (scopeId === undefined || scopeId === 0 || host.includes('%')) return host;
  return `${host}%${interfaceName(scopeId)}`;
}

function interfaceName(index: number): string {
  for (const name of Object.keys(networkInterfaces())) {
    if (systemIndex(name) === index) return name;
  }
  return String(index);
}

/** Linux has the number of every interface in a file; elsewhere Node gives it with a link-local address. */
function systemIndex(name: string): number | undefined {
  if (name === '' || name === '.' || name === '..' || name.includes('/')) return undefined;
  try {
    return Number(readFileSync(`/sys/class/net/${name}/ifindex`, 'latin1'));
  } catch {
    const found = networkInterfaces();
    // 'constructor', which every object has as a property, is not the name of an interface.
    const addresses = (Object.hasOwn(found, name) ? found[name] : undefined) ?? [];
    for (const address of addresses) {
      if (address.family === 'IPv6' && address.scopeid > 0) return address.scopeid;
    }
    return undefined;
  }
}

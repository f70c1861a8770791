import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** Takes the interface off the end of an address: `fe80::1%eth0`. */
export function splitScope(host: string): { address: string; scopeId: number } {
  const percent = host.indexOf('%');
  if (percent < 0) return { address: host, scopeId: 0 };
  return { address: host.slice(0, percent), scopeId: interfaceIndex(host.slice(percent + 1)) };
}

/** Puts the interface back, for Node, which knows it only as a part of the address. */
export function joinScope(host: string, scopeId: number | undefined): string {
  if (scopeId === undefined || scopeId === 0 || host.includes('%')) return host;
  return `${host}%${interfaceName(scopeId)}`;
}

function interfaceIndex(name: string): number {
  if (/^\d+$/.test(name)) return Number(name);
  return systemIndex(name) ?? 0;
}

function interfaceName(index: number): string {
  for (const name of Object.keys(networkInterfaces())) {
    if (systemIndex(name) === index) return name;
  }
  return String(index);
}

/** Linux says it of every interface, the rest of the world only of those with a link-local address. */
function systemIndex(name: string): number | undefined {
  if (name.includes('/')) return undefined;
  try {
    return Number(readFileSync(`/sys/class/net/${name}/ifindex`, 'latin1'));
  } catch {
    const addresses = networkInterfaces()[name] ?? [];
    for (const address of addresses) {
      if (address.family === 'IPv6' && address.scopeid > 0) return address.scopeid;
    }
    return undefined;
  }
}

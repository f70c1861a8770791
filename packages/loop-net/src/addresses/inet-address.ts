import { isIP } from 'node:net';
import type { InetAddress } from '@bight/loop-abstract';
import { checkInteger, checkString, typeError, valueError } from '@bight/loop-abstract/validate';
import { AF_INET, AF_INET6, AF_UNSPEC } from './constants.js';

/** The family of a numeric address, `AF_UNSPEC` for a name. An interface behind `%` is part of an address. */
export function familyOf(host: string): number {
  const version = isIP(host);
  if (version === 4) return AF_INET;
  return version === 6 ? AF_INET6 : AF_UNSPEC;
}

/** Makes the address of a numeric host, with every field that its family has. */
export function makeInetAddress(host: string, port: number, flowinfo = 0, scopeId = 0): InetAddress {
  if (host.includes(':')) return { host, port, family: AF_INET6, flowinfo, scopeId };
  return { host, port, family: AF_INET };
}

/**
 * Checks that an argument is an address of the form `{ host, port }`.
 *
 * @throws {TypeError} naming the argument, when it is none
 * @throws {ValueError} when the port is out of range, or the host has a NUL character
 */
export function checkInetAddress(value: unknown, name: string): InetAddress {
  if (typeof value !== 'object' || value === null) {
    throw typeError(name, 'an address { host, port }', value);
  }
  const { host, port } = value as Partial<InetAddress>;
  if (checkString(host, `${name}.host`).includes('\0')) {
    throw valueError(`${name}.host`, 'a host without NUL characters', host);
  }
  checkInteger(port, `${name}.port`, { min: 0, max: 65535 });
  return value as InetAddress;
}

/** Whether two addresses mean the same place. */
export function sameAddress(one: InetAddress, other: InetAddress): boolean {
  return (
    one.host === other.host &&
    one.port === other.port &&
    (one.flowinfo ?? 0) === (other.flowinfo ?? 0) &&
    (one.scopeId ?? 0) === (other.scopeId ?? 0)
  );
}

import { isIP } from 'node:net';
import type { AddrInfo, GetaddrinfoOptions, GetnameinfoOptions, InetAddress } from '@bight/loop-abstract';
import {
  checkInteger,
  checkOptions,
  checkString,
  typeError,
  valueError,
} from '@bight/loop-abstract/validate';
import { AF_INET, AF_INET6 } from '../binding/constants.js';
import { native } from '../binding/load.js';
import { systemError } from '../binding/system-error.js';
import { AddressRecord, addressDetails, encodeAddress } from './address.js';

/** libuv's number. */
const EAI_NONAME = -3008;
const INT32 = { min: -0x80000000, max: 0x7fffffff };

/**
 * Looks a host and a service up with the system's resolver, in libuv's threadpool (of which look-ups occupy at most
 * half).
 *
 * @param host - a name or address; `null` for this machine (with `AI_PASSIVE`: for all its interfaces)
 * @param port - a port, the name of a service, or `null`
 * @param options - `family`, `type`, `proto` and `flags` as the system's numbers, 0 meaning any
 * @returns the ways to reach it, the best first
 * @throws the resolver's error as Node reports it (`code` `'ENOTFOUND'`, `'EAI_AGAIN'`, …, `hostname`)
 * @python socket.getaddrinfo()
 */
export async function getaddrinfo(
  host: string | Uint8Array | null,
  port: number | string | null,
  options?: GetaddrinfoOptions | null,
): Promise<AddrInfo[]> {
  const hostname = checkHost(host);
  const service = checkPort(port);
  const { family, type, proto, flags } = checkOptions(options, ['family', 'type', 'proto', 'flags']);
  const numbers = [
    checkInteger(family ?? 0, 'family', INT32),
    checkInteger(type ?? 0, 'type', INT32),
    checkInteger(proto ?? 0, 'proto', INT32),
    checkInteger(flags ?? 0, 'flags', INT32),
  ] as const;
  const failure = (status: number) => systemError(status, 'getaddrinfo', { hostname: hostname ?? undefined });
  // libuv refuses it as no valid name at all, the system's resolver does not know it.
  if (hostname === '') throw failure(EAI_NONAME);
  return new Promise((resolve, reject) => {
    const status = native().getaddrinfo(hostname, service, ...numbers, (result, answers, canonname) => {
      if (result < 0 || answers === undefined) reject(failure(result));
      else resolve(readAnswers(answers, canonname ?? ''));
    });
    if (status < 0) reject(failure(status));
  });
}

/**
 * Looks the names of an address and its port up.
 *
 * @param sockaddr - an address whose host is numeric
 * @param options - `flags`: `NI_…` bits
 * @returns `[host, service]`
 * @throws the resolver's error as Node reports it
 * @python socket.getnameinfo()
 */
export async function getnameinfo(
  sockaddr: InetAddress,
  options?: GetnameinfoOptions | null,
): Promise<[host: string, service: string]> {
  if (typeof sockaddr !== 'object' || sockaddr === null)
    throw typeError('sockaddr', '{ host, port }', sockaddr);
  const version = isIP(checkString(sockaddr.host, 'sockaddr.host'));
  if (version === 0) throw valueError('sockaddr.host', 'an IP address', sockaddr.host);
  const address = encodeAddress(version === 4 ? AF_INET : AF_INET6, sockaddr);
  const flags = checkInteger(checkOptions(options, ['flags']).flags ?? 0, 'flags', INT32);
  const failure = (status: number) => systemError(status, 'getnameinfo', addressDetails(sockaddr));
  return new Promise((resolve, reject) => {
    const status = native().getnameinfo(address, flags, (result, host, service) => {
      if (result < 0) reject(failure(result));
      else resolve([host, service]);
    });
    if (status < 0) reject(failure(status));
  });
}

function checkHost(host: unknown): string | null {
  if (host === null || host === undefined) return null;
  const text = host instanceof Uint8Array ? Buffer.from(host).toString('utf8') : host;
  if (typeof text !== 'string') throw typeError('host', 'a string, bytes or null', host);
  if (text.includes('\0')) throw valueError('host', 'a host without NUL characters', host);
  return text;
}

function checkPort(port: unknown): string | null {
  if (port === null || port === undefined) return null;
  if (typeof port === 'number') return String(checkInteger(port, 'port', { min: 0, max: 0xffff }));
  if (typeof port !== 'string') throw typeError('port', 'a number, the name of a service, or null', port);
  if (port.includes('\0')) throw valueError('port', 'a name without NUL characters', port);
  return port;
}

/** An answer is three int32 (family, type, protocol) and an address record. */
function readAnswers(answers: Buffer, canonname: string): AddrInfo[] {
  const record = new AddressRecord();
  const header = new Int32Array(3);
  const headerBytes = new Uint8Array(header.buffer);
  const list: AddrInfo[] = [];
  const step = headerBytes.byteLength + native().addressRecordLength;
  for (let at = 0; at + step <= answers.byteLength; at += step) {
    answers.copy(headerBytes, 0, at);
    answers.copy(record.bytes, 0, at + headerBytes.byteLength);
    const [family, type, proto] = header as unknown as [number, number, number];
    // Only the first answer carries the canonical name, as in Python.
    list.push({
      family,
      type,
      proto,
      canonname: at === 0 ? canonname : '',
      sockaddr: record.read() as InetAddress,
    });
  }
  return list;
}

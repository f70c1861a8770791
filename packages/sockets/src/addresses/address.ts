import type { Address, InetAddress } from '@bight/loop-abstract';
import { checkInteger, checkString, typeError, valueError } from '@bight/loop-abstract/validate';
import { AF_INET, AF_INET6, AF_UNIX } from '../binding/constants.js';
import type { ErrorDetails } from '../binding/system-error.js';

const LONGEST_TEXT = 1024;

/** The memory of one address as the binding reads and writes it; `native/address.h` has the layout. */
export class AddressRecord {
  readonly bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #text: Buffer;

  constructor(longestText = 112) {
    const memory = new ArrayBuffer(20 + longestText);
    this.bytes = new Uint8Array(memory);
    this.#words = new Int32Array(memory, 0, 5);
    this.#text = Buffer.from(memory, 20);
  }

  /** Fills the record. */
  write(family: number, text: string, port: number, flowinfo: number, scopeId: number): void {
    const length = this.#text.write(text);
    this.#words.set([family, port, flowinfo, scopeId, length]);
  }

  /** The address in the record. */
  read(): Address {
    return readAddress(this.#words, 0, this.#text, 0);
  }
}

/**
 * The address in a record that lies in larger memory; the path of a Unix socket as a string.
 *
 * @param words - the memory, of which the record begins at the index `at`
 * @param bytes - memory, of which the record's text begins at the index `start`
 */
export function readAddress(words: Int32Array, at: number, bytes: Buffer, start: number): Address {
  const family = words[at]!;
  const end = start + words[at + 4]!;
  if (family === AF_INET) return { host: bytes.toString('latin1', start, end), port: words[at + 1]!, family };
  if (family !== AF_INET6) return bytes.toString('utf8', start, end);
  return {
    host: bytes.toString('latin1', start, end),
    port: words[at + 1]!,
    family,
    flowinfo: words[at + 2]! >>> 0,
    scopeId: words[at + 3]! >>> 0,
  };
}

/** For the binding to write addresses into, which are read before it is used again. */
export const incoming: AddressRecord = new AddressRecord();

const outgoing = new AddressRecord(LONGEST_TEXT);

/**
 * An address laid out for the binding; valid until the next call.
 *
 * @param family - the socket's family: a path for `AF_UNIX`, else `{ host, port }`
 * @param address - as the user gave it
 * @throws {TypeError} for something of another shape
 * @throws {ValueError} for a port, flow label or scope out of range, or a text that is too long
 */
export function encodeAddress(family: number, address: unknown): Uint8Array {
  if (family === AF_UNIX) {
    if (typeof address !== 'string')
      throw typeError('address', 'the path of a Unix socket (a string)', address);
    outgoing.write(family, checkLength(address, 'address'), 0, 0, 0);
    return outgoing.bytes;
  }
  if (typeof address !== 'object' || address === null) throw typeError('address', '{ host, port }', address);
  const { host, port, flowinfo, scopeId } = address as Partial<InetAddress>;
  const name = checkString(host ?? '', 'host');
  if (name.includes('\0')) throw valueError('host', 'a host without NUL characters', name);
  outgoing.write(
    family,
    checkLength(name, 'host'),
    checkInteger(port, 'port', { min: 0, max: 0xffff }),
    checkInteger(flowinfo ?? 0, 'flowinfo', { min: 0, max: 0xfffff }),
    checkInteger(scopeId ?? 0, 'scopeId', { min: 0, max: 0xffffffff }),
  );
  return outgoing.bytes;
}

function checkLength(text: string, name: string): string {
  if (Buffer.byteLength(text) <= LONGEST_TEXT) return text;
  throw valueError(name, `at most ${LONGEST_TEXT} bytes long`, text);
}

/** How an error shows an address. */
export function addressDetails(address: unknown): ErrorDetails {
  if (typeof address === 'string') return { address };
  const { host, port } = Object(address) as Partial<InetAddress>;
  return { address: host ?? '', port };
}

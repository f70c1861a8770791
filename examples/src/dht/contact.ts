import { createHash, randomBytes } from 'node:crypto';

/** The length of an id, in bytes. */
export const ID_BYTES = 20;

/** The length of a contact, in bytes: its id, its IPv4 address, its port. */
export const CONTACT_BYTES = ID_BYTES + 4 + 2;

/** A node of the table, and where it is. */
export class Contact {
  readonly id: Buffer;
  readonly host: string;
  readonly port: number;
  /** What stands for it in a message. */
  readonly bytes: Buffer;

  private constructor(bytes: Buffer, host: string, port: number) {
    this.bytes = bytes;
    this.id = bytes.subarray(0, ID_BYTES);
    this.host = host;
    this.port = port;
  }

  /** A node that has sent something. */
  static at(id: Uint8Array, host: string, port: number): Contact {
    const bytes = Buffer.allocUnsafe(CONTACT_BYTES);
    bytes.set(id);
    bytes.set(host.split('.').map(Number), ID_BYTES);
    bytes.writeUInt16BE(port, ID_BYTES + 4);
    return new Contact(bytes, host, port);
  }

  /** A node that stands in a message. */
  static from(bytes: Buffer): Contact {
    const host = `${bytes[20]}.${bytes[21]}.${bytes[22]}.${bytes[23]}`;
    return new Contact(bytes, host, bytes.readUInt16BE(ID_BYTES + 4));
  }
}

/** An id for a node that has none yet. */
export function randomId(): Buffer {
  return randomBytes(ID_BYTES);
}

/** Where in the table a key belongs. */
export function idOf(key: string): Buffer {
  return createHash('sha1').update(key).digest();
}

/** Negative where `one` is nearer to the target than `other`: distances are exclusive ors. */
export function compareDistance(target: Uint8Array, one: Uint8Array, other: Uint8Array): number {
  for (let i = 0; i < ID_BYTES; i++) {
    const difference = (one[i]! ^ target[i]!) - (other[i]! ^ target[i]!);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** How many leading bits two ids have in common: 160 where they are the same. */
export function commonBits(one: Uint8Array, other: Uint8Array): number {
  for (let i = 0; i < ID_BYTES; i++) {
    const difference = one[i]! ^ other[i]!;
    if (difference !== 0) return 8 * i + Math.clz32(difference) - 24;
  }
  return 8 * ID_BYTES;
}

/** A random id that has just so many leading bits in common with another one. */
export function randomIdBeside(id: Uint8Array, bits: number): Buffer {
  const other = randomId();
  for (let bit = 0; bit <= bits; bit++) {
    const mask = 0x80 >> (bit & 7);
    const isSet = (id[bit >> 3]! & mask) !== 0;
    if (isSet === bit < bits) other[bit >> 3]! |= mask;
    else other[bit >> 3]! &= ~mask;
  }
  return other;
}

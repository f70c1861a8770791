import { createHash, randomBytes } from 'node:crypto';

/** The length of an id, in bytes. */
export const ID_BYTES = 20;

/** The length of a contact, in bytes: its id, its IPv4 address, its port. */
export const CONTACT_BYTES = ID_BYTES + 4 + 2;

/**
 * An id of 160 bits, as five words. A swarm keeps hundreds of thousands of ids and compares them all the time; a
 * `Buffer` for each would take ten times the memory.
 */
export class Id {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;

  private constructor(a: number, b: number, c: number, d: number, e: number) {
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
    this.e = e;
  }

  /** Reads an id, at an offset. */
  static from(bytes: Uint8Array, at = 0): Id {
    return new Id(
      wordAt(bytes, at),
      wordAt(bytes, at + 4),
      wordAt(bytes, at + 8),
      wordAt(bytes, at + 12),
      wordAt(bytes, at + 16),
    );
  }

  /** A random id for a new node. */
  static random(): Id {
    return Id.from(randomBytes(ID_BYTES));
  }

  /** The id of a key. */
  static ofKey(key: string): Id {
    return Id.from(createHash('sha1').update(key).digest());
  }

  /** Writes the id, at an offset. */
  write(bytes: Uint8Array, at: number): void {
    writeWord(bytes, at, this.a);
    writeWord(bytes, at + 4, this.b);
    writeWord(bytes, at + 8, this.c);
    writeWord(bytes, at + 12, this.d);
    writeWord(bytes, at + 16, this.e);
  }

  equals({ a, b, c, d, e }: Id): boolean {
    return this.a === a && this.b === b && this.c === c && this.d === d && this.e === e;
  }

  /** The number of leading bits in common with another id: 160 for the same id. */
  commonBits(other: Id): number {
    if (this.a !== other.a) return Math.clz32(this.a ^ other.a);
    if (this.b !== other.b) return 32 + Math.clz32(this.b ^ other.b);
    if (this.c !== other.c) return 64 + Math.clz32(this.c ^ other.c);
    if (this.d !== other.d) return 96 + Math.clz32(this.d ^ other.d);
    return 128 + Math.clz32(this.e ^ other.e);
  }

  /** Whether `one` is nearer to this id than `other`: distances are exclusive ors. */
  isNearer(one: Id, other: Id): boolean {
    if (one.a !== other.a) return (this.a ^ one.a) >>> 0 < (this.a ^ other.a) >>> 0;
    if (one.b !== other.b) return (this.b ^ one.b) >>> 0 < (this.b ^ other.b) >>> 0;
    if (one.c !== other.c) return (this.c ^ one.c) >>> 0 < (this.c ^ other.c) >>> 0;
    if (one.d !== other.d) return (this.d ^ one.d) >>> 0 < (this.d ^ other.d) >>> 0;
    return (this.e ^ one.e) >>> 0 < (this.e ^ other.e) >>> 0;
  }

  /** A random id that has exactly this number of leading bits in common with this one. */
  randomBeside(bits: number): Id {
    const own = Buffer.alloc(ID_BYTES);
    this.write(own, 0);
    const other = randomBytes(ID_BYTES);
    for (let bit = 0; bit <= bits; bit++) {
      const mask = 0x80 >> (bit & 7);
      const isSet = (own[bit >> 3]! & mask) !== 0;
      if (isSet === bit < bits) other[bit >> 3]! |= mask;
      else other[bit >> 3]! &= ~mask;
    }
    return Id.from(other);
  }

  /** In hexadecimal digits. */
  toString(): string {
    const bytes = Buffer.alloc(ID_BYTES);
    this.write(bytes, 0);
    return bytes.toString('hex');
  }
}

/** A node of the table, with its address. */
export class Contact {
  readonly id: Id;
  readonly port: number;
  // Each has one form of its address, and makes the other when needed: most contacts from messages are never asked, and
  // most senders are never named in a message.
  #host: string | null;
  #address: number;

  private constructor(id: Id, host: string | null, address: number, port: number) {
    this.id = id;
    this.#host = host;
    this.#address = address;
    this.port = port;
  }

  /** The sender of a datagram. */
  static at(id: Id, host: string, port: number): Contact {
    return new Contact(id, host, -1, port);
  }

  /** Reads a contact from a message. */
  static from(bytes: Uint8Array, at: number): Contact {
    const address = wordAt(bytes, at + ID_BYTES) >>> 0;
    return new Contact(Id.from(bytes, at), null, address, (bytes[at + 24]! << 8) | bytes[at + 25]!);
  }

  /** Its IPv4 address. */
  get host(): string {
    if (this.#host === null) {
      const address = this.#address;
      this.#host = `${address >>> 24}.${(address >> 16) & 255}.${(address >> 8) & 255}.${address & 255}`;
    }
    return this.#host;
  }

  /** Writes the contact into a message. */
  write(bytes: Uint8Array, at: number): void {
    if (this.#address < 0) {
      this.#address = this.host.split('.').reduce((address, byte) => address * 256 + Number(byte), 0);
    }
    this.id.write(bytes, at);
    writeWord(bytes, at + ID_BYTES, this.#address);
    bytes[at + 24] = this.port >> 8;
    bytes[at + 25] = this.port;
  }
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

function writeWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >>> 24;
  bytes[at + 1] = word >>> 16;
  bytes[at + 2] = word >>> 8;
  bytes[at + 3] = word;
}

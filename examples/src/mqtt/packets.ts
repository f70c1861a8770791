import type { StreamReader } from 'bight';

/** The kinds of packets of MQTT 3.1.1 that a client sends or receives, as numbers of the protocol. */
export const Kind = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  subscribe: 8,
  suback: 9,
  unsubscribe: 10,
  unsuback: 11,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
} as const;

/** A packet: its kind, its four flag bits, and the bytes after the length. */
export interface Packet {
  readonly kind: number;
  readonly flags: number;
  readonly body: Buffer;
}

/** A message of a topic. */
export interface Message {
  readonly topic: string;
  readonly payload: Buffer;
  /** Whether the broker has retained it from before the subscription. */
  readonly isRetained: boolean;
}

const LONGEST = 16 * 1024 * 1024;
const MOST_LENGTH_BYTES = 4;

/** The other side violates the protocol. */
export class MalformedPacketError extends Error {}

/** Reads the next packet. */
export async function readPacket(reader: StreamReader): Promise<Packet> {
  const [head] = (await reader.readexactly(1)) as unknown as [number];
  let length = 0;
  for (let i = 0; ; i++) {
    if (i === MOST_LENGTH_BYTES) throw new MalformedPacketError('a length of more than four bytes');
    const [byte] = (await reader.readexactly(1)) as unknown as [number];
    length += (byte & 0x7f) * 128 ** i;
    if (byte < 0x80) break;
  }
  if (length > LONGEST) throw new MalformedPacketError(`a packet of ${length} bytes`);
  return { kind: head >> 4, flags: head & 15, body: await reader.readexactly(length) };
}

/** Writes a packet. */
export function packet(kind: number, flags: number, ...parts: Uint8Array[]): Buffer {
  let length = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const head = [(kind << 4) | flags];
  do {
    head.push(length > 127 ? (length & 0x7f) | 0x80 : length);
    length >>= 7;
  } while (length > 0);
  return Buffer.concat([Buffer.from(head), ...parts]);
}

/** A number of two bytes. */
export function word(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff);
}

/** Text with its length before it. */
export function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  if (bytes.length > 0xffff) throw new RangeError('text of more than 65,535 bytes');
  return Buffer.concat([word(bytes.length), bytes]);
}

/** The message of a PUBLISH packet, and the number for its acknowledgement, or 0. */
export function readPublish({ flags, body }: Packet): { message: Message; number: number } {
  const topicLength = body.length < 2 ? Number.POSITIVE_INFINITY : body.readUInt16BE();
  const isAcknowledged = (flags & 6) !== 0;
  const start = 2 + topicLength + (isAcknowledged ? 2 : 0);
  if (start > body.length) throw new MalformedPacketError('a PUBLISH packet that was cut');
  const topic = body.toString('utf8', 2, 2 + topicLength);
  const number = isAcknowledged ? body.readUInt16BE(2 + topicLength) : 0;
  return { message: { topic, payload: body.subarray(start), isRetained: (flags & 1) !== 0 }, number };
}

/** Whether a topic matches a filter, in which `+` is any level and `#` the rest. */
export function matches(filter: string, topic: string): boolean {
  const [wanted, given] = [filter.split('/'), topic.split('/')];
  // Wildcards do not match the broker's own topics.
  if (topic.startsWith('$') !== filter.startsWith('$')) return false;
  for (const [i, level] of wanted.entries()) {
    if (level === '#') return true;
    if (given[i] === undefined || (level !== '+' && level !== given[i])) return false;
  }
  return wanted.length === given.length;
}

import { crc32 } from 'node:zlib';
import type { Message } from '../consensus/messages.js';

/** A message with its sender, and the sender's address, for nodes that do not know the members yet. */
export interface Envelope {
  readonly from: string;
  readonly address: string;
  readonly message: Message;
}

const CHECKSUM_BYTES = 4;

/** A checksum, and JSON. */
export function encode(envelope: Envelope): Buffer {
  const text = Buffer.from(JSON.stringify(envelope));
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32BE(crc32(text));
  return Buffer.concat([checksum, text]);
}

/** @returns `null` if the bytes were corrupted: UDP's own checksum is short and optional */
export function decode(bytes: Buffer): Envelope | null {
  if (bytes.length < CHECKSUM_BYTES) return null;
  const text = bytes.subarray(CHECKSUM_BYTES);
  return crc32(text) === bytes.readUInt32BE() ? (JSON.parse(text.toString()) as Envelope) : null;
}

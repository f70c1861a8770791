import { CONTACT_BYTES, Contact, ID_BYTES } from './contact.js';

/** What a node asks of another one. */
export type Request =
  | { readonly kind: 'ping' }
  | { readonly kind: 'findNode'; readonly target: Uint8Array }
  | { readonly kind: 'findValue'; readonly target: Uint8Array }
  | { readonly kind: 'store'; readonly target: Uint8Array; readonly age: number; readonly value: Uint8Array };

/** What it answers. */
export type Reply =
  | { readonly kind: 'done' }
  | { readonly kind: 'nodes'; readonly contacts: readonly Contact[] }
  | { readonly kind: 'value'; readonly age: number; readonly value: Uint8Array };

/** A datagram: who sends it, and to which request it belongs. */
export interface Envelope<M extends Request | Reply = Request | Reply> {
  readonly sender: Uint8Array;
  readonly transaction: bigint;
  readonly message: M;
}

const KINDS = ['ping', 'findNode', 'findValue', 'store', 'done', 'nodes', 'value'] as const;
const FIRST_REPLY = KINDS.indexOf('done');
const HEADER_BYTES = 1 + 8 + ID_BYTES;

/** What fits into a datagram that no network takes apart, beside what stands before it. */
export const LONGEST_VALUE = 1024;

/** Whether a message answers another one. */
export function isReply(message: Request | Reply): message is Reply {
  return KINDS.indexOf(message.kind) >= FIRST_REPLY;
}

/** Writes a message as a datagram. */
export function encode({ sender, transaction, message }: Envelope): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header[0] = KINDS.indexOf(message.kind);
  header.writeBigUInt64BE(transaction, 1);
  header.set(sender, 9);
  switch (message.kind) {
    case 'ping':
    case 'done':
      return header;
    case 'findNode':
    case 'findValue':
      return Buffer.concat([header, message.target]);
    case 'store':
      return Buffer.concat([header, message.target, encodeAge(message.age), message.value]);
    case 'value':
      return Buffer.concat([header, encodeAge(message.age), message.value]);
    case 'nodes':
      return Buffer.concat([header, ...message.contacts.map(({ bytes }) => bytes)]);
  }
}

/** Reads a datagram; `null` where it is none of ours. */
export function decode(data: Buffer): Envelope | null {
  if (data.length < HEADER_BYTES) return null;
  const message = decodeMessage(KINDS[data[0]!], data.subarray(HEADER_BYTES));
  if (message === null) return null;
  return { sender: data.subarray(9, HEADER_BYTES), transaction: data.readBigUInt64BE(1), message };
}

function decodeMessage(kind: (typeof KINDS)[number] | undefined, body: Buffer): Request | Reply | null {
  const target = body.subarray(0, ID_BYTES);
  switch (kind) {
    case 'ping':
    case 'done':
      return body.length === 0 ? { kind } : null;
    case 'findNode':
    case 'findValue':
      return body.length === ID_BYTES ? { kind, target } : null;
    case 'store': {
      const value = body.subarray(ID_BYTES + 4);
      if (body.length < ID_BYTES + 4 || value.length > LONGEST_VALUE) return null;
      return { kind, target, age: body.readUInt32BE(ID_BYTES), value };
    }
    case 'value':
      if (body.length < 4 || body.length > LONGEST_VALUE + 4) return null;
      return { kind, age: body.readUInt32BE(), value: body.subarray(4) };
    case 'nodes':
      if (body.length % CONTACT_BYTES !== 0) return null;
      return {
        kind,
        contacts: Array.from({ length: body.length / CONTACT_BYTES }, (_, i) =>
          Contact.from(body.subarray(i * CONTACT_BYTES, (i + 1) * CONTACT_BYTES)),
        ),
      };
    default:
      return null;
  }
}

/** In whole seconds. */
function encodeAge(age: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(Math.min(Math.floor(age), 0xffffffff));
  return bytes;
}

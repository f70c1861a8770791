import { CONTACT_BYTES, Contact, ID_BYTES, Id } from './contact.js';

/** A request to another node. */
export type Request =
  | { readonly kind: 'ping' }
  | { readonly kind: 'findNode'; readonly target: Id }
  | { readonly kind: 'findValue'; readonly target: Id }
  | { readonly kind: 'store'; readonly target: Id; readonly age: number; readonly value: Uint8Array };

/** A reply. */
export type Reply =
  | { readonly kind: 'done' }
  | { readonly kind: 'nodes'; readonly contacts: readonly Contact[] }
  | { readonly kind: 'value'; readonly age: number; readonly value: Uint8Array };

/** A datagram, with its sender and the number of its request. */
export interface Envelope<M extends Request | Reply = Request | Reply> {
  readonly sender: Id;
  readonly transaction: bigint;
  readonly message: M;
}

const KINDS = ['ping', 'findNode', 'findValue', 'store', 'done', 'nodes', 'value'] as const;
const FIRST_REPLY = KINDS.indexOf('done');
const HEADER_BYTES = 1 + 8 + ID_BYTES;
const AGE_BYTES = 4;

/** The longest value for which a datagram, with its header, is not fragmented by any network. */
export const LONGEST_VALUE = 1024;

/** Whether a message is a reply. */
export function isReply(message: Request | Reply): message is Reply {
  return KINDS.indexOf(message.kind) >= FIRST_REPLY;
}

/** Writes a message as a datagram. */
export function encode({ sender, transaction, message }: Envelope): Buffer {
  const data = Buffer.allocUnsafe(HEADER_BYTES + lengthOf(message));
  data[0] = KINDS.indexOf(message.kind);
  data.writeBigUInt64BE(transaction, 1);
  sender.write(data, 9);
  let at = HEADER_BYTES;
  if ('target' in message) {
    message.target.write(data, at);
    at += ID_BYTES;
  }
  if ('value' in message) {
    // In whole seconds.
    data.writeUInt32BE(Math.min(Math.floor(message.age), 0xffffffff), at);
    data.set(message.value, at + AGE_BYTES);
  }
  if (message.kind === 'nodes') {
    for (const contact of message.contacts) {
      contact.write(data, at);
      at += CONTACT_BYTES;
    }
  }
  return data;
}

function lengthOf(message: Request | Reply): number {
  if (message.kind === 'nodes') return CONTACT_BYTES * message.contacts.length;
  return ('target' in message ? ID_BYTES : 0) + ('value' in message ? AGE_BYTES + message.value.length : 0);
}

/** Parses a datagram; `null` if it is malformed. */
export function decode(data: Buffer): Envelope | null {
  if (data.length < HEADER_BYTES) return null;
  const message = decodeMessage(KINDS[data[0]!], data);
  if (message === null) return null;
  return { sender: Id.from(data, 9), transaction: data.readBigUInt64BE(1), message };
}

function decodeMessage(kind: (typeof KINDS)[number] | undefined, data: Buffer): Request | Reply | null {
  const length = data.length - HEADER_BYTES;
  switch (kind) {
    case 'ping':
    case 'done':
      return length === 0 ? { kind } : null;
    case 'findNode':
    case 'findValue':
      return length === ID_BYTES ? { kind, target: Id.from(data, HEADER_BYTES) } : null;
    case 'store': {
      const at = HEADER_BYTES + ID_BYTES;
      if (length < ID_BYTES + AGE_BYTES || length > ID_BYTES + AGE_BYTES + LONGEST_VALUE) return null;
      const [age, value] = [data.readUInt32BE(at), data.subarray(at + AGE_BYTES)];
      return { kind, target: Id.from(data, HEADER_BYTES), age, value };
    }
    case 'value':
      if (length < AGE_BYTES || length > LONGEST_VALUE + AGE_BYTES) return null;
      return {
        kind,
        age: data.readUInt32BE(HEADER_BYTES),
        value: data.subarray(HEADER_BYTES + AGE_BYTES),
      };
    case 'nodes': {
      if (length % CONTACT_BYTES !== 0) return null;
      const contacts: Contact[] = [];
      for (let at = HEADER_BYTES; at < data.length; at += CONTACT_BYTES) {
        contacts.push(Contact.from(data, at));
      }
      return { kind, contacts };
    }
    default:
      return null;
  }
}

import type { FileHandle } from 'node:fs/promises';
import type { Transport } from 'bight';
import type { Fields, HttpError } from './request-head.js';

/** A part of a file, which the system sends. */
export interface FilePart extends AsyncDisposable {
  readonly handle: FileHandle;
  readonly offset: number;
  /** In bytes. */
  readonly count: number;
}

/** What a connection becomes once it has changed its protocol. */
export interface Upgraded {
  /** Serves until the connection is over. */
  run(): Promise<void>;
  /** Ends it, as the new protocol says goodbye. */
  finish(): void;
}

/** An answer. */
export interface Response {
  /** The code and its reason: `'200 OK'`. */
  readonly status: string;
  readonly fields?: Readonly<Record<string, string>>;
  /** Its length is sent, or, where it is not known, the body in chunks. */
  readonly body?: Buffer | FilePart | AsyncIterable<Uint8Array>;
  /** What trails a body that is sent in chunks; called at its end. */
  trailers?(): Fields;
  /** Takes the connection over once the head was sent; `rest` is what has come in since. */
  upgrade?(transport: Transport, rest: Buffer): Upgraded;
}

/** What is sent instead of an answer that could not be made. */
export function errorResponse({ status, fields }: HttpError): Response {
  return {
    status,
    fields: { ...fields, 'Content-Type': 'text/plain' },
    body: Buffer.from(`${status}\n`),
  };
}

/** Whether it comes piece by piece. */
export function isStream(body: Response['body']): body is AsyncIterable<Uint8Array> {
  return body !== undefined && Symbol.asyncIterator in body;
}

/** How a body is delimited. */
export type Framing = 'none' | 'length' | 'chunks' | 'close';

/** How the body of an answer has to be delimited. */
export function framingOf({ status, body }: Response, method: string, minorVersion: number): Framing {
  if (/^(1|204|304)/.test(status)) return 'none';
  if (!isStream(body)) return 'length';
  if (minorVersion === 0) return 'close';
  return method === 'HEAD' ? 'none' : 'chunks';
}

/**
 * Gives back an answer that can be sent as it is.
 *
 * @throws {Error} for a field that would end its line, and begin another one
 */
export function checked(response: Response): Response {
  for (const [name, value] of Object.entries(response.fields ?? {}))
    if (/[\r\n\0]/.test(name + value)) throw new Error(`the field ${name} has a line end in it`);
  return response;
}

/** The head of an answer. */
export function headOf(response: Response, framing: Framing, connection: string | null): Buffer {
  const { status, fields = {}, body } = response;
  let head = `HTTP/1.1 ${status}\r\nDate: ${dateNow()}\r\n`;
  for (const [name, value] of Object.entries(fields)) head += `${name}: ${value}\r\n`;
  if (framing === 'length') head += `Content-Length: ${lengthOf(body)}\r\n`;
  if (framing === 'chunks') head += 'Transfer-Encoding: chunked\r\n';
  if (connection !== null) head += `Connection: ${connection}\r\n`;
  return Buffer.from(`${head}\r\n`, 'latin1');
}

function lengthOf(body: Response['body']): number {
  if (body === undefined) return 0;
  return Buffer.isBuffer(body) ? body.length : (body as FilePart).count;
}

let date = '';
let dateSecond = 0;

function dateNow(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    date = new Date(second * 1000).toUTCString();
  }
  return date;
}

/** A piece of a body as a chunk. */
export function chunkOf(piece: Uint8Array): Uint8Array[] {
  return [Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')];
}

/** What ends a body that is sent in chunks. */
export function lastChunk(trailers: Fields): Buffer {
  const lines = [...trailers].map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`0\r\n${lines.join('')}\r\n`, 'latin1');
}

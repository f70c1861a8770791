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

/** The protocol of a connection after an upgrade. */
export interface Upgraded {
  /** Serves until the connection is over. */
  run(): Promise<void>;
  /** Closes the connection as the new protocol requires. */
  finish(): void;
}

/** An answer. */
export interface Response {
  /** The code and its reason: `'200 OK'`. */
  readonly status: string;
  readonly fields?: Readonly<Record<string, string>>;
  /** The body; if its length is unknown, it is sent in chunks. */
  readonly body?: Buffer | FilePart | AsyncIterable<Uint8Array>;
  /** The trailers of a chunked body; called at its end. */
  trailers?(): Fields;
  /** Takes over the connection when the head was sent; `rest` has the bytes received since. */
  upgrade?(transport: Transport, rest: Buffer): Upgraded;
}

/** The response to a request that failed. */
export function errorResponse({ status, fields }: HttpError): Response {
  return {
    status,
    fields: { ...fields, 'Content-Type': 'text/plain' },
    body: Buffer.from(`${status}\n`),
  };
}

/** Whether a body is sent piece by piece. */
export function isStream(body: Response['body']): body is AsyncIterable<Uint8Array> {
  return body !== undefined && Symbol.asyncIterator in body;
}

/** The ways to delimit a body. */
export type Framing = 'none' | 'length' | 'chunks' | 'close';

/** The framing of a response's body. */
export function framingOf({ status, body }: Response, method: string, minorVersion: number): Framing {
  if (/^(1|204|304)/.test(status)) return 'none';
  if (!isStream(body)) return 'length';
  if (minorVersion === 0) return 'close';
  return method === 'HEAD' ? 'none' : 'chunks';
}

/**
 * Checks the fields of a response, and returns it.
 *
 * @throws {Error} for a field that contains a line end
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

/** The last chunk of a body, with its trailers. */
export function lastChunk(trailers: Fields): Buffer {
  const lines = [...trailers].map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`0\r\n${lines.join('')}\r\n`, 'latin1');
}

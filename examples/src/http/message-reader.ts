import { type Fields, HttpError, parseFields, parseHead, type RequestHead } from './request-head.js';

/** Receives the parts of the messages that a reader parses. */
export interface Sink {
  /** Whether it accepts another request now; if not, the bytes wait for the next call of `receive()`. */
  mayBegin(): boolean;
  head(head: RequestHead): void;
  data(bytes: Buffer): void;
  /** The body has ended; also called if there was none. */
  end(trailers: Fields): void;
}

/** The limits of a reader. */
export interface ReaderLimits {
  /** The most bytes of a head, and of trailers. */
  readonly headBytes: number;
  /** The most bytes of a body. */
  readonly bodyBytes: number;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const CRLF = Buffer.from('\r\n');
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const LONGEST_CHUNK_LINE = 256;
const CHUNK_LINE = /^([\da-f]{1,13})[ \t]*(?:;[\t -~\x80-\xff]*)?$/i;
const NO_FIELDS: Fields = new Map();
const NOTHING = Buffer.alloc(0);

/** Parses requests from the bytes of a connection, without input or output. */
export class MessageReader {
  readonly #sink: Sink;
  readonly #limits: ReaderLimits;
  #unread: Buffer = NOTHING;
  #state: 'head' | 'body' | 'chunk line' | 'chunk' | 'end of chunk' | 'trailers' = 'head';
  /** Of the current body or chunk. */
  #bytesLeft = 0;
  #bodyBytes = 0;

  constructor(sink: Sink, limits: ReaderLimits) {
    this.#sink = sink;
    this.#limits = limits;
  }

  /** Whether a part of a head has been received. */
  get isInHead(): boolean {
    return this.#state === 'head' && this.#unread.length > 0;
  }

  /** Returns the unread bytes, for the next protocol after HTTP. */
  takeRest(): Buffer {
    const rest = this.#unread;
    this.#unread = NOTHING;
    return rest;
  }

  /**
   * Parses more bytes.
   *
   * @throws {HttpError} for a malformed request, or one that exceeds a limit: after that the reader cannot be used
   */
  receive(data: Buffer): void {
    this.#unread = this.#unread.length === 0 ? data : Buffer.concat([this.#unread, data]);
    while (this.#step());
  }

  /** Parses one head, one line or one piece of a body; `false` if it needs more bytes, or has to wait for the sink. */
  #step(): boolean {
    switch (this.#state) {
      case 'head':
        return this.#readHead();
      case 'body':
      case 'chunk':
        return this.#readPiece();
      case 'chunk line':
        return this.#readChunkLine();
      case 'end of chunk':
        return this.#readEndOfChunk();
      case 'trailers':
        return this.#readTrailers();
    }
  }

  #readHead(): boolean {
    if (this.#unread.length === 0 || !this.#sink.mayBegin()) return false;
    // Old clients send an empty line after a body.
    if (this.#unread.length >= 2 && this.#unread[0] === CARRIAGE_RETURN && this.#unread[1] === LINE_FEED)
      this.#unread = this.#unread.subarray(2);
    const end = this.#unread.indexOf(END_OF_HEAD);
    const { headBytes } = this.#limits;
    if (end < 0 ? this.#unread.length > headBytes : end > headBytes) {
      const isLine = this.#unread.indexOf(CRLF) < 0;
      throw new HttpError(isLine ? '414 URI Too Long' : '431 Request Header Fields Too Large');
    }
    if (end < 0) {
      refuseBareLineFeeds(this.#unread);
      return false;
    }
    const head = parseHead(this.#take(end, END_OF_HEAD.length).toString('latin1'));
    const { length } = head;
    if (length !== 'chunked' && length > this.#limits.bodyBytes) throw new HttpError('413 Content Too Large');
    this.#bodyBytes = 0;
    this.#bytesLeft = length === 'chunked' ? 0 : length;
    this.#state = length === 'chunked' ? 'chunk line' : 'body';
    this.#sink.head(head);
    return length === 0 ? this.#end(NO_FIELDS) : true;
  }

  #readPiece(): boolean {
    if (this.#unread.length === 0) return false;
    const piece = this.#take(Math.min(this.#bytesLeft, this.#unread.length));
    this.#bytesLeft -= piece.length;
    this.#sink.data(piece);
    if (this.#bytesLeft > 0) return false;
    if (this.#state === 'body') return this.#end(NO_FIELDS);
    this.#state = 'end of chunk';
    return true;
  }

  #readChunkLine(): boolean {
    const end = this.#unread.indexOf(CRLF);
    if (end < 0 && this.#unread.length <= LONGEST_CHUNK_LINE) {
      refuseBareLineFeeds(this.#unread);
      return false;
    }
    const line = end < 0 || end > LONGEST_CHUNK_LINE ? '' : this.#take(end, 2).toString('latin1');
    const size = CHUNK_LINE.exec(line)?.[1];
    if (size === undefined) throw new HttpError('400 Bad Request');
    this.#bytesLeft = Number.parseInt(size, 16);
    this.#bodyBytes += this.#bytesLeft;
    if (this.#bodyBytes > this.#limits.bodyBytes) throw new HttpError('413 Content Too Large');
    this.#state = this.#bytesLeft === 0 ? 'trailers' : 'chunk';
    return true;
  }

  #readEndOfChunk(): boolean {
    if (this.#unread.length < 2) return false;
    if (!this.#take(2).equals(CRLF)) throw new HttpError('400 Bad Request');
    this.#state = 'chunk line';
    return true;
  }

  #readTrailers(): boolean {
    if (this.#unread.length < 2) return false;
    if (this.#unread.subarray(0, 2).equals(CRLF)) {
      this.#take(2);
      return this.#end(NO_FIELDS);
    }
    const end = this.#unread.indexOf(END_OF_HEAD);
    if ((end < 0 ? this.#unread.length : end) > this.#limits.headBytes)
      throw new HttpError('431 Request Header Fields Too Large');
    if (end < 0) {
      refuseBareLineFeeds(this.#unread);
      return false;
    }
    const trailers = parseFields(this.#take(end, END_OF_HEAD.length).toString('latin1').split('\r\n'));
    for (const name of ['content-length', 'transfer-encoding', 'host', 'trailer'])
      if (trailers.has(name)) throw new HttpError('400 Bad Request');
    return this.#end(trailers);
  }

  #end(trailers: Fields): boolean {
    this.#state = 'head';
    this.#sink.end(trailers);
    return true;
  }

  /** Takes a number of bytes, and drops a number of bytes after them. */
  #take(count: number, dropped = 0): Buffer {
    const taken = this.#unread.subarray(0, count);
    this.#unread = this.#unread.subarray(count + dropped);
    return taken;
  }
}

/** Refuses bare line feeds, which end a line for some programs and not for others. */
function refuseBareLineFeeds(bytes: Buffer): void {
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1))
    if (bytes[at - 1] !== CARRIAGE_RETURN) throw new HttpError('400 Bad Request');
}

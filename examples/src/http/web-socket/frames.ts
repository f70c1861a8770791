/** An error that ends a WebSocket, with its close code. */
export class WebSocketError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** The codes of a close frame (RFC 6455, section 7.4.1). */
export const CloseCode = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  noCode: 1005,
  lost: 1006,
  invalidText: 1007,
  tooBig: 1009,
  internalError: 1011,
} as const;

export const Opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Receives the messages of a reader. */
export interface FrameSink {
  message(message: string | Buffer): void;
  ping(data: Buffer): void;
  pong(data: Buffer): void;
  close(code: number, reason: string): void;
}

const NOTHING = Buffer.alloc(0);
const LONGEST_CONTROL = 125;
const strict = { fatal: true, ignoreBOM: true } as const;

/** A frame whose head has been parsed. */
interface Frame {
  readonly opcode: number;
  readonly isFinal: boolean;
  readonly length: number;
  readonly mask: Buffer;
  /** The number of received bytes of its payload. */
  received: number;
}

/** Parses the frames of a client, without input or output. */
export class FrameReader {
  readonly #sink: FrameSink;
  readonly #maxBytes: number;
  #unread: Buffer = NOTHING;
  #frame: Frame | null = null;
  /** The opcode of the current message, which may have several frames. */
  #opcode: number | null = null;
  #messageBytes = 0;
  #pieces: (string | Buffer)[] = [];
  #control: Buffer[] = [];
  #decoder = new TextDecoder('utf-8', strict);

  /** @param maxBytes - the most bytes of a message */
  constructor(sink: FrameSink, maxBytes: number) {
    this.#sink = sink;
    this.#maxBytes = maxBytes;
  }

  /** @throws {WebSocketError} for a violation of the protocol: after that the reader cannot be used */
  receive(data: Buffer): void {
    this.#unread = this.#unread.length === 0 ? data : Buffer.concat([this.#unread, data]);
    while (this.#frame === null ? this.#readHead() : this.#readPayload(this.#frame));
  }

  #readHead(): boolean {
    const bytes = this.#unread;
    if (bytes.length < 2) return false;
    const [first, second] = bytes as unknown as [number, number];
    const short = second & 0x7f;
    const opcode = first & 0x0f;
    const isFinal = first >= 0x80;
    this.#check(first, second, opcode, isFinal, short);
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (bytes.length < 6 + lengthBytes) return false;
    const length = lengthBytes === 0 ? short : longLength(bytes, lengthBytes);
    if (opcode < Opcode.close) {
      this.#opcode ??= opcode;
      this.#messageBytes += length;
      if (this.#messageBytes > this.#maxBytes) throw new WebSocketError(CloseCode.tooBig, 'too long');
    }
    const mask = Buffer.from(bytes.subarray(2 + lengthBytes, 6 + lengthBytes));
    this.#unread = bytes.subarray(6 + lengthBytes);
    this.#frame = { opcode, isFinal, length, mask, received: 0 };
    return true;
  }

  #check(first: number, second: number, opcode: number, isFinal: boolean, short: number): void {
    const fail = (message: string) => {
      throw new WebSocketError(CloseCode.protocolError, message);
    };
    if ((first & 0x70) !== 0) fail('reserved bits');
    if (second < 0x80) fail('not masked');
    if (opcode >= Opcode.close) {
      if (opcode > Opcode.pong) fail('no such opcode');
      if (!isFinal || short > LONGEST_CONTROL) fail('a control frame in parts');
    } else {
      if (opcode > Opcode.binary) fail('no such opcode');
      if ((opcode === Opcode.continuation) !== (this.#opcode !== null)) fail('frames out of order');
    }
  }

  #readPayload(frame: Frame): boolean {
    const { opcode, isFinal, length, mask } = frame;
    if (this.#unread.length === 0 && frame.received < length) return false;
    const piece = this.#unread.subarray(0, length - frame.received);
    this.#unread = this.#unread.subarray(piece.length);
    unmask(piece, mask, frame.received);
    frame.received += piece.length;
    const isWhole = frame.received === length;
    if (isWhole) this.#frame = null;
    if (opcode >= Opcode.close) {
      this.#control.push(piece);
      if (isWhole) this.#endControl(opcode, Buffer.concat(this.#control.splice(0)));
    } else {
      const isEnd = isWhole && isFinal;
      this.#pieces.push(this.#opcode === Opcode.text ? this.#decode(piece, isEnd) : piece);
      if (isEnd) this.#endMessage();
    }
    return true;
  }

  /** Decodes a piece of text, and finds invalid text at once. */
  #decode(piece: Buffer, isEnd: boolean): string {
    try {
      return this.#decoder.decode(piece, { stream: !isEnd });
    } catch {
      throw new WebSocketError(CloseCode.invalidText, 'not UTF-8');
    }
  }

  #endMessage(): void {
    const isText = this.#opcode === Opcode.text;
    const pieces = this.#pieces.splice(0);
    this.#opcode = null;
    this.#messageBytes = 0;
    this.#sink.message(isText ? pieces.join('') : Buffer.concat(pieces as Buffer[]));
  }

  #endControl(opcode: number, data: Buffer): void {
    if (opcode === Opcode.ping) this.#sink.ping(data);
    else if (opcode === Opcode.pong) this.#sink.pong(data);
    else this.#sink.close(...readClose(data));
  }
}

/** Reads a length of 16 or 64 bits, which must be in its shortest form. */
function longLength(bytes: Buffer, lengthBytes: 2 | 8): number {
  const length = lengthBytes === 2 ? BigInt(bytes.readUInt16BE(2)) : bytes.readBigUInt64BE(2);
  const shortest = lengthBytes === 2 ? 126n : 65_536n;
  if (length < shortest || length >= 1n << 63n)
    throw new WebSocketError(CloseCode.protocolError, 'a length in the wrong form');
  return Number(length);
}

function unmask(piece: Buffer, mask: Buffer, from: number): void {
  for (let i = 0; i < piece.length; i++) piece[i]! ^= mask[(from + i) & 3]!;
}

function readClose(data: Buffer): [code: number, reason: string] {
  if (data.length === 0) return [CloseCode.noCode, ''];
  const code = data.length === 1 ? 0 : data.readUInt16BE();
  const isDefined = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
  if (!isDefined && !(code >= 3000 && code <= 4999))
    throw new WebSocketError(CloseCode.protocolError, 'no such code');
  try {
    return [code, new TextDecoder('utf-8', strict).decode(data.subarray(2))];
  } catch {
    throw new WebSocketError(CloseCode.invalidText, 'not UTF-8');
  }
}

/** A frame as a server sends it: whole, and without a mask. */
export function frameOf(opcode: number, payload: Buffer): Buffer[] {
  const { length } = payload;
  let head: Buffer;
  if (length < 126) head = Buffer.of(0x80 | opcode, length);
  else if (length < 65_536) {
    head = Buffer.of(0x80 | opcode, 126, 0, 0);
    head.writeUInt16BE(length, 2);
  } else {
    head = Buffer.of(0x80 | opcode, 127, 0, 0, 0, 0, 0, 0, 0, 0);
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return [head, payload];
}

/** The payload of a close frame. */
export function closePayload(code: number, reason: string): Buffer {
  if (code === CloseCode.noCode) return NOTHING;
  return Buffer.concat([
    Buffer.of(code >> 8, code & 0xff),
    Buffer.from(reason).subarray(0, LONGEST_CONTROL - 2),
  ]);
}

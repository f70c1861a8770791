// As in TLS: a kind, a version, a length.
const HEADER_BYTES = 5;
const LARGEST_PIECE_BYTES = 16_384;
const VERSION = 0x0303;

const KINDS = { alert: 21, handshake: 22, data: 23 } as const;

/** What a record is. */
export type RecordKind = keyof typeof KINDS;

/** A record of a simulated TLS connection: with the header of TLS, and in clear text. */
export interface TlsRecord {
  readonly kind: RecordKind;
  readonly bytes: Buffer;
}

/** Writes bytes as records. */
export function toRecords(kind: RecordKind, bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let begin = 0;
  do {
    const piece = bytes.subarray(begin, begin + LARGEST_PIECE_BYTES);
    const header = Buffer.alloc(HEADER_BYTES);
    header[0] = KINDS[kind];
    header.writeUInt16BE(VERSION, 1);
    header.writeUInt16BE(piece.length, 3);
    pieces.push(header, piece);
    begin += LARGEST_PIECE_BYTES;
  } while (begin < bytes.length);
  return pieces;
}

/** Puts records together again, whatever pieces their bytes came in. */
export class RecordReader {
  #bytes: Buffer = Buffer.alloc(0);

  push(bytes: Uint8Array): void {
    this.#bytes = this.#bytes.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#bytes, bytes]);
  }

  /** The next record; `null` while it is not complete, `undefined` for bytes that are no TLS. */
  next(): TlsRecord | null | undefined {
    const bytes = this.#bytes;
    if (bytes.length === 0) return null;
    const kind = (Object.keys(KINDS) as RecordKind[]).find((one) => KINDS[one] === bytes[0]);
    if (kind === undefined) return undefined;
    if (bytes.length < HEADER_BYTES) return null;
    if (bytes.readUInt16BE(1) !== VERSION) return undefined;
    const end = HEADER_BYTES + bytes.readUInt16BE(3);
    if (bytes.length < end) return null;
    this.#bytes = bytes.subarray(end);
    return { kind, bytes: bytes.subarray(HEADER_BYTES, end) };
  }
}

import { crc32 } from 'node:zlib';

/** A record as a line of text: a checksum, and JSON. */
export function toLine(record: unknown): Buffer {
  const text = JSON.stringify(record);
  return Buffer.from(`${crc32(text).toString(16).padStart(8, '0')} ${text}\n`);
}

/** The records of a file, up to the first incomplete one, which a crash has left. */
export function* readRecords<T>(contents: Buffer): Generator<T> {
  for (let begin = 0, end = contents.indexOf('\n'); end !== -1; end = contents.indexOf('\n', begin)) {
    const [checksum, text] = [
      contents.toString('latin1', begin, begin + 8),
      contents.subarray(begin + 9, end),
    ];
    if (Number.parseInt(checksum, 16) !== crc32(text)) return;
    yield JSON.parse(text.toString()) as T;
    begin = end + 1;
  }
}

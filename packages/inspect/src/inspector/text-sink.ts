import { Writable } from 'node:stream';

/** A stream, and what was written to it. */
export interface TextSink {
  readonly stream: Writable;
  readonly text: string;
}

/** Makes a stream that keeps what is written to it. */
export function textSink(): TextSink {
  const chunks: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return {
    stream,
    get text(): string {
      return chunks.join('');
    },
  };
}

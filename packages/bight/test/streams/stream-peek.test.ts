import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { createTask, LimitOverrunError, StreamReader, ValueError } from 'bight';
import { inLoop } from '../support/in-loop.js';
import { turns } from '../support/turns.js';

const bytes = (text: string): Buffer => Buffer.from(text);

/** A reader with these pieces in it. */
function readerOf(...pieces: string[]): StreamReader {
  const reader = new StreamReader();
  for (const piece of pieces) reader.feedData(bytes(piece));
  return reader;
}

describe('peek()', () => {
  test('returns a copy of the next bytes, and consumes none', () =>
    inLoop(async () => {
      const reader = readerOf('ab', 'c');
      const seen = await reader.peek(10);
      expect(String(seen)).toBe('abc');
      seen.fill(0);
      expect(String(await reader.peek(2))).toBe('ab');
      expect(String(await reader.readexactly(3))).toBe('abc');
    }));

  test('waits for the first byte, or the end', () =>
    inLoop(async () => {
      const reader = new StreamReader();
      const seen = createTask(() => reader.peek(5));
      await turns(2);
      expect(seen.done()).toBe(false);
      reader.feedData(bytes('x'));
      expect(String(await seen)).toBe('x');
      expect(String(await reader.read(1))).toBe('x');
      reader.feedEof();
      expect(String(await reader.peek(5))).toBe('');
      expect(() => reader.peek(-1)).toThrow(ValueError);
    }));

  test('throws the exception of the stream', () =>
    inLoop(async () => {
      const reader = readerOf('a');
      reader.setException(new Error('reset'));
      await expect(reader.peek(1)).rejects.toThrow('reset');
    }));
});

describe('unread()', () => {
  test('prepends a copy of the bytes', () =>
    inLoop(async () => {
      const reader = readerOf('cd', 'e');
      const put = bytes('ab');
      reader.unread(put);
      put.fill(0);
      expect(String(await reader.readexactly(5))).toBe('abcde');
      expect(() => reader.unread('text' as never)).toThrow(TypeError);
    }));

  test('wakes a read, and works behind the end of the stream', () =>
    inLoop(async () => {
      const reader = new StreamReader();
      const read = createTask(() => reader.read(5));
      await turns(1);
      reader.unread(bytes('back'));
      expect(String(await read)).toBe('back');
      reader.feedEof();
      expect(reader.atEof()).toBe(true);
      reader.unread(bytes('more'));
      expect(reader.atEof()).toBe(false);
      expect(String(await reader.read())).toBe('more');
    }));

  test('pauses a transport that has brought too much', () =>
    inLoop(async () => {
      const reader = new StreamReader({ limit: 2 });
      const calls: string[] = [];
      const transport = {
        pauseReading: () => calls.push('pause'),
        resumeReading: () => calls.push('resume'),
      };
      reader.setTransport(transport as never);
      reader.unread(bytes('12345'));
      await reader.read(4);
      expect(calls).toEqual(['pause', 'resume']);
    }));
});

describe('readuntil() with several separators', () => {
  test.each([
    // What CPython 3.13 gives for the same.
    { data: 'a\r\nb\nc', separators: ['\r\n', '\n'], parts: ['a\r\n', 'b\n'] },
    { data: 'xABCDy', separators: ['ABCD', 'BC'], parts: ['xABC'] },
    { data: 'xABCDy', separators: ['ABC', 'ABCD'], parts: ['xABC'] },
    { data: '--=', separators: ['-', '--', '='], parts: ['-', '-', '='] },
  ])('ends at the first end: $data', ({ data, separators, parts }) =>
    inLoop(async () => {
      for (let cut = 0; cut <= data.length; cut++) {
        const whole = new StreamReader();
        whole.feedData(bytes(data.slice(0, cut)));
        whole.feedData(bytes(data.slice(cut)));
        for (const part of parts) expect(String(await whole.readuntil(separators.map(bytes)))).toBe(part);
      }
    }),
  );

  test('waits for a separator that begins with the last bytes', () =>
    inLoop(async () => {
      const reader = readerOf('line\r');
      const line = createTask(() => reader.readuntil([bytes('\r\n'), bytes('\0')]));
      await turns(1);
      reader.feedData(bytes('\n'));
      expect(String(await line)).toBe('line\r\n');
    }));

  test('has limits as with one', () =>
    inLoop(async () => {
      const reader = new StreamReader({ limit: 3 });
      reader.feedData(bytes('12345;rest'));
      const error = await reader
        .readuntil([bytes(';'), bytes('!!')])
        .then(undefined, (thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(LimitOverrunError);
      expect((error as LimitOverrunError).consumed).toBe(5);
      expect(() => reader.readuntil([])).toThrow(ValueError);
      expect(() => reader.readuntil([bytes('a'), bytes('')])).toThrow(ValueError);
      expect(() => reader.readuntil([bytes('a'), 'b' as never])).toThrow(TypeError);
    }));
});

describe('a read of everything', () => {
  test('returns the received bytes when an exception follows the end in one turn', () =>
    inLoop(async () => {
      const reader = readerOf('all of it');
      const all = createTask(() => reader.read());
      await turns(2);
      reader.feedEof();
      reader.setException(new Error('reset'));
      expect(String(await all)).toBe('all of it');
      await expect(reader.read()).rejects.toThrow('reset');
    }));

  test('fails when the exception comes before the end, or right behind more bytes', () =>
    inLoop(async () => {
      const first = readerOf('some');
      const all = createTask(() => first.read());
      await turns(2);
      first.setException(new Error('reset'));
      await expect(all).rejects.toThrow('reset');
      const second = readerOf('some');
      const again = createTask(() => second.read());
      await turns(2);
      second.feedData(bytes('more'));
      second.feedEof();
      second.setException(new Error('reset'));
      await expect(again).rejects.toThrow('reset');
    }));

  test('that is cancelled after many pieces loses none, and does not spread them as arguments', () =>
    inLoop(async () => {
      const reader = new StreamReader({ maxBuffered: Number.POSITIVE_INFINITY });
      const all = createTask(() => reader.read());
      await turns(1);
      const [long, short] = [Buffer.alloc(1100), bytes('x')];
      for (let piece = 0; piece < 130_000; piece++) reader.feedData(long);
      await turns(1);
      for (let piece = 0; piece < 130_000; piece++) reader.feedData(short);
      await turns(1);
      all.cancel();
      await expect(all).rejects.toThrow(expect.objectContaining({ name: 'CancelledError' }));
      reader.feedEof();
      expect((await reader.read()).length).toBe(130_000 * 1101);
    }));
});

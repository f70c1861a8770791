import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import {
  createTask,
  IncompleteReadError,
  LimitOverrunError,
  StreamReader,
  ValueError,
  wait,
  waitFor,
} from 'bight';
import { inLoop } from '../support/in-loop.js';
import { turns } from '../support/turns.js';

/** A reader with these pieces in it. */
function readerOf(...pieces: string[]): StreamReader {
  const reader = new StreamReader();
  for (const piece of pieces) reader.feedData(Buffer.from(piece));
  return reader;
}

test('a read of everything that is cancelled leaves what had come', () =>
  inLoop(async () => {
    const reader = readerOf('ab');
    await expect(waitFor(reader.read(), 0.001)).rejects.toThrow(
      expect.objectContaining({ name: 'TimeoutError' }),
    );
    reader.feedData(Buffer.from('cd'));
    expect((await reader.readexactly(3)).toString()).toBe('abc');
    reader.feedEof();
    expect((await reader.read()).toString()).toBe('d');
  }));

test('a read that comes between the wake-up of another one and its turn is not forgotten', () =>
  inLoop(async () => {
    const reader = new StreamReader();
    const first = createTask(() => reader.read(1));
    await turns(1);
    reader.feedData(Buffer.from('a'));
    const second = reader.readline();
    await first;
    reader.feedData(Buffer.from('b\n'));
    expect((await second).toString()).toBe('b\n');
  }));

test('bytes that are there are read without a turn of the loop', () =>
  inLoop(async (loop) => {
    const reader = readerOf('line\n12345rest--');
    let hasTurned = false;
    loop.callSoon(() => {
      hasTurned = true;
    });
    await reader.readline();
    await reader.readexactly(5);
    await reader.readuntil(Buffer.from('--'));
    expect(hasTurned).toBe(false);
  }));

test('iteration gives the lines, the last one as it is', () =>
  inLoop(async () => {
    const reader = readerOf('one\ntwo\n\nthr', 'ee');
    reader.feedEof();
    const lines: string[] = [];
    for await (const line of reader) lines.push(line.toString());
    expect(lines).toEqual(['one\n', 'two\n', '\n', 'three']);
  }));

test('a separator is found across any boundary of pieces', () =>
  inLoop(async () => {
    const text = 'abc<->def<-<->g<->';
    for (let first = 0; first <= text.length; first++) {
      for (let second = first; second <= text.length; second++) {
        const reader = new StreamReader();
        const all = createTask(async () => {
          const parts: string[] = [];
          for (let i = 0; i < 3; i++) parts.push((await reader.readuntil(Buffer.from('<->'))).toString());
          return parts;
        });
        for (const piece of [text.slice(0, first), text.slice(first, second), text.slice(second)]) {
          reader.feedData(Buffer.from(piece));
          await turns(1);
        }
        expect(await all).toEqual(['abc<->', 'def<-<->', 'g<->']);
      }
    }
  }));

describe('a limit', () => {
  test('leaves what is too long in the buffer for readuntil(), and says how much of it', () =>
    inLoop(async () => {
      const reader = new StreamReader({ limit: 4 });
      reader.feedData(Buffer.from('123456\nrest'));
      const error = await reader.readuntil().then(undefined, (thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(LimitOverrunError);
      expect((error as LimitOverrunError).consumed).toBe(6);
      expect((await reader.readexactly(7)).toString()).toBe('123456\n');
    }));

  test('does not limit readexactly()', () =>
    inLoop(async () => {
      const reader = new StreamReader({ limit: 4 });
      reader.feedData(Buffer.from('1234567890'));
      expect((await reader.readexactly(10)).length).toBe(10);
    }));

  test('has to be positive', () => {
    expect(() => new StreamReader({ limit: 0 })).toThrow(ValueError);
    expect(() => new StreamReader({ limit: Number.NaN })).toThrow(TypeError);
  });
});

describe('bad arguments', () => {
  test('are refused at once', () =>
    inLoop(async () => {
      const reader = new StreamReader();
      expect(() => reader.readexactly(-1)).toThrow(ValueError);
      expect(() => reader.readuntil(new Uint8Array(0))).toThrow(ValueError);
      expect(() => reader.readuntil('\n' as never)).toThrow(TypeError);
      expect(() => reader.feedData('text' as never)).toThrow(TypeError);
      expect(() => reader.read(1.5)).toThrow(ValueError);
    }));

  test('bytes after the end are an error', () =>
    inLoop(async () => {
      const reader = readerOf();
      reader.feedEof();
      expect(() => reader.feedData(Buffer.from('x'))).toThrow(
        expect.objectContaining({ name: 'RuntimeError' }),
      );
    }));
});

test('an end in the middle of a read carries the partial bytes', () =>
  inLoop(async () => {
    const reader = readerOf('part');
    const reading = createTask(() => reader.readexactly(10));
    await turns(1);
    reader.feedEof();
    await wait([reading]);
    const error = reading.exception() as IncompleteReadError;
    expect(error).toBeInstanceOf(IncompleteReadError);
    expect([error.partial.toString(), error.expected, reader.atEof()]).toEqual(['part', 10, true]);
  }));

test('any view of bytes can be fed', () =>
  inLoop(async () => {
    const reader = new StreamReader();
    reader.feedData(new Uint8Array([97, 98]));
    reader.feedData(new DataView(new Uint8Array([0, 99, 0]).buffer, 1, 1));
    expect((await reader.read(10)).toString()).toBe('abc');
  }));

test.each([1.5, 0.25])('chunks are of whole bytes where the limit is %s', (limit) =>
  inLoop(async () => {
    const reader = new StreamReader({ limit });
    reader.feedData(Buffer.from('ab'));
    reader.feedEof();
    const chunks: string[] = [];
    for await (const chunk of reader.chunks()) chunks.push(chunk.toString());
    expect(chunks).toEqual(['a', 'b']);
  }),
);

import { deliverBytes, type StreamSink } from '@bight/loop-core/low-level';
import { describe, expect, test } from '@jest/globals';

/** A sink that has memory for this many bytes; `null` for one that has none, 0 for one that wants none now. */
function sinkWith(size: number | null) {
  const events: string[] = [];
  const kept: Buffer[] = [];
  const memory = Buffer.alloc(size ?? 0);
  const sink: Partial<StreamSink> = {
    hasMemory: size !== null,
    memory: () => (size === 0 ? null : memory),
    filled: (count, rest) => {
      if (rest !== null) kept.push(rest);
      events.push(`filled ${memory.toString('latin1', 0, count)}${rest === null ? '' : `, rest ${rest}`}`);
    },
    received: (bytes) => {
      kept.push(bytes);
      events.push(`received ${bytes}`);
    },
  };
  return { events, kept, sink: sink as StreamSink };
}

const keeper = { copy: (bytes: Buffer) => Buffer.from(bytes) };

describe('bytes that a driver has received', () => {
  test.each([
    ['a reader without memory', null, ['received abcdef']],
    ['a reader that wants none in its memory now', 0, ['received abcdef']],
    ['a reader with enough memory', 6, ['filled abcdef']],
    ['a reader with too little memory', 2, ['filled ab, rest cdef']],
  ])('are delivered to %s', (_name, size, expected) => {
    for (const keeps of [null, keeper]) {
      const { events, kept, sink } = sinkWith(size);
      const bytes = Buffer.from('abcdef');
      deliverBytes(sink, bytes, keeps);
      expect(events).toEqual(expected);
      // What is kept is a copy where the driver uses its memory again.
      for (const piece of kept) {
        bytes.fill('x');
        expect(piece.includes('x')).toBe(keeps === null);
      }
    }
  });

  test('are delivered as they are to a reader that borrows', () => {
    const { kept, sink } = sinkWith(null);
    const bytes = Buffer.from('abcdef');
    deliverBytes({ ...sink, isBorrowing: true }, bytes, keeper);
    expect(kept[0]).toBe(bytes);
  });
});

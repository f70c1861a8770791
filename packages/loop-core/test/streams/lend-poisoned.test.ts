import { lendPoisoned, POISON } from '@bight/loop-core/low-level';
import { describe, expect, test } from '@jest/globals';

describe('bytes that are lent', () => {
  test('are a copy, which is overwritten when the borrower returns, also by an error', () => {
    const bytes = Buffer.from('abc');
    const lent: Buffer[] = [];
    const receive = (data: Buffer) => {
      expect(String(data)).toBe('abc');
      lent.push(data);
      if (lent.length === 2) throw new Error('refused');
    };
    lendPoisoned(bytes, receive, undefined);
    expect(() => lendPoisoned(bytes, receive, undefined)).toThrow('refused');
    expect(String(bytes)).toBe('abc');
    for (const data of lent) expect([...data]).toEqual([POISON, POISON, POISON]);
  });

  test('may be detached, and may be none', () => {
    lendPoisoned(
      Buffer.from('abc'),
      (data) => void structuredClone(data.buffer, { transfer: [data.buffer as ArrayBuffer] }),
      undefined,
    );
    const lengths: number[] = [];
    lendPoisoned(Buffer.alloc(0), (data) => lengths.push(data.length), undefined);
    expect(lengths).toEqual([0]);
  });
});

import { expect, test } from '@jest/globals';
import { unpooledCopy } from '../src/unpooled-copy.js';

test('a copy has memory of its own, of its own length', () => {
  const bytes = Buffer.from('some bytes');
  const copy = unpooledCopy(bytes);
  bytes.fill(0);
  expect(copy.toString()).toBe('some bytes');
  expect(copy.buffer.byteLength).toBe(copy.length);
});

test('two pieces become one', () => {
  const copy = unpooledCopy(Buffer.from('one, '), new Uint8Array([116, 119, 111]));
  expect(copy.toString()).toBe('one, two');
  expect(copy.buffer.byteLength).toBe(copy.length);
});

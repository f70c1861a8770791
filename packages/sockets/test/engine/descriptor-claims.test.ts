import { expect, test } from '@jest/globals';
import { DescriptorClaims } from '../../src/engine/descriptor-claims.js';

test('a descriptor belongs to its socket until that is destroyed', () => {
  const claims = new DescriptorClaims();
  const socket = { destroyed: false };
  expect(claims.has(7)).toBe(false);
  claims.add(7, socket);
  expect([claims.has(7), claims.has(8)]).toEqual([true, false]);
  socket.destroyed = true;
  expect(claims.has(7)).toBe(false);
});

test('a descriptor whose number is used again belongs to the later socket', () => {
  const claims = new DescriptorClaims();
  claims.add(7, { destroyed: true });
  claims.add(7, { destroyed: false });
  expect(claims.has(7)).toBe(true);
});

test('claims that are over do not accumulate, and those that are not stay', () => {
  const claims = new DescriptorClaims();
  const kept = Array.from({ length: 100 }, (_, index) => 2 * index);
  for (const fd of kept) claims.add(fd, { destroyed: false });
  for (let round = 0; round < 10_000; round++) claims.add(1_001 + 2 * round, { destroyed: true });
  expect(claims.size).toBeLessThan(300);
  expect(kept.every((fd) => claims.has(fd))).toBe(true);
});

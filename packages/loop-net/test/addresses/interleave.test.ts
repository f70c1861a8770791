import type { AddrInfo } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { interleave } from '../../src/addresses/interleave.js';

function infos(names: string): AddrInfo[] {
  return [...names].map((name) => ({
    family: /[a-z]/.test(name) ? 10 : 2,
    type: 1,
    proto: 6,
    canonname: name,
    sockaddr: { host: name, port: 1 },
  }));
}

describe('interleaving address families', () => {
  test.each([
    ['abc123', 1, 'a1b2c3'],
    ['abc123', 2, 'ab1c23'],
    ['abc123', 3, 'abc123'],
    ['abc1', 9, 'abc1'],
    ['1a2b3', 1, '1a2b3'],
    ['aaa', 1, 'aaa'],
    ['', 1, ''],
    ['12345a', 1, '1a2345'],
  ])('%s with %d first is %s', (names, count, expected) => {
    const given = infos(names);
    expect(
      interleave(given, count)
        .map(({ canonname }) => canonname)
        .join(''),
    ).toBe(expected);
    expect(given.map(({ canonname }) => canonname).join('')).toBe(names);
  });
});

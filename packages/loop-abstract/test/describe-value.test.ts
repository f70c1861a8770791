import { describeValue } from '@bight/loop-abstract/validate';
import { describe, expect, test } from '@jest/globals';

class Point {}

describe('describeValue', () => {
  test.each<[unknown, string]>([
    ['a\n"b"', '"a\\n\\"b\\""'],
    [5, '5'],
    [-0, '-0'],
    [Number.NaN, 'NaN'],
    [5n, '5n'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'undefined'],
    [Symbol('tag'), 'Symbol(tag)'],
    [[1, 2, 3], 'an array of 3'],
    [{ secret: 'password' }, 'a plain object'],
    [new Point(), 'an instance of Point'],
    [Buffer.from('x'), 'an instance of Buffer'],
    [Promise.resolve(), 'a promise'],
    [Object.create(null), 'an object'],
    [function named() {}, 'function named'],
    [Point, 'class Point'],
    [(() => () => {})(), 'an anonymous function'],
  ])('describes %p as %s', (value, text) => {
    expect(describeValue(value)).toBe(text);
  });

  test('shows only the beginning of a long text', () => {
    const text = describeValue('x'.repeat(10_000));
    expect(text).toBe(`"${'x'.repeat(60)}"… (10000 characters)`);
  });

  test('describes an object with an invalid constructor', () => {
    expect(describeValue({ constructor: 5 })).toBe('an object');
    expect(describeValue({ constructor: { name: 'Fake' } })).toBe('an object');
    expect(describeValue(Object.assign(() => {}, {}))).toMatch(/function/);
  });

  test('describes a value whose own code throws', () => {
    const trap = {
      toString() {
        throw new Error('ran');
      },
      get constructor(): never {
        throw new Error('ran');
      },
    };
    expect(describeValue(trap)).toBe('an object');
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(describeValue(proxy)).toBe('an object');
  });
});

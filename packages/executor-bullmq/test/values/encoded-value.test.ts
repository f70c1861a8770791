import { expect, test } from '@jest/globals';
import { decodeValue, encodeValue } from '../../src/values/encoded-value.js';
import { failureOf, failureText } from '../../src/values/failure.js';

const throughJson = (value: unknown) => {
  const { encoded } = encodeValue(value, 'the value');
  return { encoded, back: decodeValue(JSON.parse(JSON.stringify(encoded))) };
};

test.each([null, true, '', '\ud800', 1.5, [], [[1, 'a']], { a: { b: [null] } }])(
  '%j travels as JSON',
  (value) => {
    const { encoded, back } = throughJson(value);
    expect(encoded).toEqual({ json: value });
    expect(back).toEqual(value);
  },
);

const shared = {};
test.each([
  ['undefined', undefined],
  ['-0', -0],
  ['NaN', Number.NaN],
  ['a bigint', 1n],
  ['a hole', new Array(2)],
  ['an object in two places', [shared, shared]],
  ['a date', new Date(1)],
  ['an object with toJSON', { toJSON: 1 }],
  ['an object with a key that JSON.parse() treats in its own way', JSON.parse('{"__proto__":1}')],
  ['an object without a prototype', Object.create(null)],
])('%s does not', (_name, value) => {
  const { encoded, back } = throughJson(value);
  expect(Object.keys(encoded)).toEqual(['v8']);
  expect(back).toEqual(value);
});

test('an object that goes deep, or round in a circle, is left to the serializer', () => {
  let deep: unknown = 0;
  for (let n = 0; n < 500; n++) deep = [deep];
  const circle: { self?: unknown } = {};
  circle.self = circle;
  for (const value of [deep, circle]) expect(Object.keys(throughJson(value).encoded)).toEqual(['v8']);
});

test('what cannot be cloned is a DataCloneError', () => {
  expect(() => encodeValue([() => 1], 'an argument')).toThrow(
    expect.objectContaining({ name: 'DataCloneError' }),
  );
});

test('a failure is text that shows its message, and the error again', () => {
  const error = Object.assign(new RangeError('too far', { cause: new Error('why') }), { by: 3 });
  const text = failureText(error);
  expect(text).toMatch(/^RangeError: too far\n/);
  const back = failureOf(text, new Map());
  expect(back).toBeInstanceOf(RangeError);
  expect(back).toMatchObject({ message: 'too far', by: 3, cause: { message: 'why' } });
});

test('a failure with a large property keeps its class and message', () => {
  const text = failureText(Object.assign(new RangeError('too far'), { data: 'x'.repeat(1_000_000) }));
  expect(text.length).toBeLessThan(200_000);
  expect(failureOf(text, new Map())).toMatchObject({ name: 'RangeError', message: 'too far' });
});

test('a failure of a worker that is none of ours is its text', () => {
  expect(failureOf('it broke', new Map())).toMatchObject({ name: 'RuntimeError', message: 'it broke' });
  expect(failureOf('job stalled more than allowable limit', new Map())).toMatchObject({
    name: 'BrokenExecutor',
  });
});

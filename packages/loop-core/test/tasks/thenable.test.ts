// Thenables of other libraries, which may break every rule: adopted as Promises/A+ has it.
import { CoreEventLoop, Future, isFuture, waitFor, wrapFuture } from '@bight/loop-core';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

let loop: CoreEventLoop;
beforeEach(() => {
  loop = new CoreEventLoop();
});
afterEach(() => loop.close());

type Resolve = (value: unknown) => void;

const thenables: [name: string, then: (resolve: Resolve, reject: Resolve) => void, outcome: string][] = [
  ['fulfils twice', (resolve) => [resolve(5), resolve(6)], 'result 5'],
  [
    'throws at once',
    () => {
      throw new RangeError('thrown');
    },
    'error thrown',
  ],
  [
    'throws after it has fulfilled',
    (resolve) => {
      resolve(5);
      throw new RangeError('too late');
    },
    'result 5',
  ],
  [
    'rejects after it has fulfilled',
    (resolve, reject) => [resolve(5), reject(new Error('late'))],
    'result 5',
  ],
  ['fulfils after it has rejected', (resolve, reject) => [reject(new Error('no')), resolve(5)], 'error no'],
  [
    'fulfils with another one',
    (resolve) => resolve({ then: (inner: Resolve) => [inner(7), inner(8)] }),
    'result 7',
  ],
];

async function outcomeOf(start: () => PromiseLike<unknown>): Promise<string> {
  try {
    return `result ${await loop.runUntilComplete(start)}`;
  } catch (error) {
    return `error ${(error as Error).message}`;
  }
}

describe.each(thenables)('a thenable that %s', (_name, then, outcome) => {
  const make = () => ({ then }) as unknown as PromiseLike<unknown>;

  test('is what a task may return', async () => {
    expect(await outcomeOf(make)).toBe(outcome);
  });

  test('can be wrapped', async () => {
    expect(await outcomeOf(async () => await wrapFuture(make()))).toBe(outcome);
  });

  test('can be waited for', async () => {
    expect(await outcomeOf(async () => await waitFor(make(), 60))).toBe(outcome);
    expect(await outcomeOf(async () => await waitFor(make, null))).toBe(outcome);
  });
});

test('a task fails with what the getter of then throws', async () => {
  const strange = () =>
    Object.defineProperty({}, 'then', {
      get(): never {
        throw new RangeError('no then here');
      },
    }) as PromiseLike<unknown>;
  expect(await outcomeOf(strange)).toBe('error no then here');
});

test('a promise that is resolved with itself is rejected', async () => {
  const failing = new Future<number>({ loop });
  const outcome = await loop.runUntilComplete(async () => {
    const circular: Promise<unknown> = failing.then(undefined, () => circular);
    loop.callSoon(() => failing.setException(new Error('failed')));
    return await circular.then(undefined, (error: unknown) => error);
  });
  expect(outcome).toBeInstanceOf(TypeError);
  expect(isFuture(failing)).toBe(true);
});

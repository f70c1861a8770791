import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runTypeScript } from '../../../../test/support/run-typescript.js';
import { ProcessPoolExecutor, type ThreadPoolExecutor, transfer } from '../../src/index.js';
import { fakePool } from '../support/fake-link.js';
import { kinds, whoAmI } from '../support/pools.js';

type Pool = ThreadPoolExecutor | ProcessPoolExecutor;
type Outcome = { value: unknown } | { error: Error };

const EMPTY_MODULE = [0, 97, 115, 109, 1, 0, 0, 0];

const outcomeOf = (call: PromiseLike<unknown>): Promise<Outcome> =>
  Promise.resolve(call).then(
    (value) => ({ value }),
    (error: Error) => ({ error }),
  );

/** A typed array whose memory has been moved away. */
function detached(): Uint8Array {
  const bytes = new Uint8Array(8);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

/** Runs one call in a pool of one worker, and then another one: the worker must still be there. */
async function outcomeIn(pool: Pool, call: (pool: Pool) => PromiseLike<unknown>): Promise<Outcome> {
  const before = await pool.submit(whoAmI);
  const [outcome, other] = await Promise.all([outcomeOf(call(pool)), pool.submit(() => 'another call')]);
  expect(other).toBe('another call');
  expect(await pool.submit(whoAmI)).toBe(before);
  return outcome;
}

describe.each(kinds)('a call of a %s that cannot be sent or read', (_name, createPool) => {
  let pool: Pool;
  beforeAll(() => {
    pool = createPool({ maxWorkers: 1 });
  });
  afterAll(() => pool.shutdown());
  const run = (call: (pool: Pool) => PromiseLike<unknown>) => outcomeIn(pool, call);

  test('fails when its arguments were moved away before', async () => {
    const outcome = await run((pool) => pool.submit((bytes) => bytes.byteLength, [transfer(detached())]));
    expect(outcome).toEqual({ error: expect.objectContaining({ name: 'DataCloneError' }) });
  });

  test('fails when what it returns was moved away before', async () => {
    const outcome = await run((pool) =>
      pool.submit(() => {
        const bytes = new Uint8Array(8);
        structuredClone(bytes, { transfer: [bytes.buffer] });
        return {
          [Symbol.for('@bight/executors/transfer')]: true,
          value: bytes,
          transferList: [bytes.buffer],
        };
      }),
    );
    expect(outcome).toEqual({ error: expect.objectContaining({ name: 'DataCloneError' }) });
  });

  test('fails when an ArrayBuffer was moved away before: as an argument and as a result', async () => {
    const failed = { error: expect.objectContaining({ name: 'DataCloneError' }) };
    const { buffer } = detached();
    expect(await run((pool) => pool.submit((bytes) => bytes.byteLength, [transfer(buffer)]))).toEqual(failed);
    const outcome = await run((pool) =>
      pool.submit(() => {
        const value = new ArrayBuffer(8);
        structuredClone(value, { transfer: [value] });
        return { [Symbol.for('@bight/executors/transfer')]: true, value, transferList: [value] };
      }),
    );
    expect(outcome).toEqual(failed);
    const empty = await run((pool) =>
      pool.submit((bytes) => bytes.byteLength, [transfer(new ArrayBuffer(0))]),
    );
    expect(empty).toEqual({ value: 0 });
  });

  test('fails when its arguments or its result are nested too deeply', async () => {
    const nested = (depth: number) => {
      let value = {};
      for (let i = 0; i < depth; i++) value = { value };
      return value;
    };
    for (const depth of [3000, 8000, 100_000]) {
      const sent = await run((pool) => pool.submit((value: object) => typeof value, [nested(depth)]));
      const received = await run((pool) => pool.submit(nested, [depth]));
      for (const outcome of [sent, received]) {
        if ('error' in outcome) expect(outcome.error.message).toMatch(/Maximum call stack|deserialize/);
      }
    }
  });

  test('fails when its arguments or its result are functions', async () => {
    for (const outcome of [
      await run((pool) => pool.submit((f: unknown) => typeof f, [() => {}])),
      await run((pool) => pool.submit(() => () => {})),
      await run((pool) => pool.submit(async () => ({ inside: [() => {}] }))),
    ]) {
      expect(outcome).toEqual({ error: expect.objectContaining({ name: 'DataCloneError' }) });
    }
  });

  test('fails with what a getter of its result throws', async () => {
    const outcome = await run((pool) =>
      pool.submit(() => ({
        get value() {
          throw new RangeError('from the getter');
        },
      })),
    );
    expect(outcome).toEqual({
      error: expect.objectContaining({ message: expect.stringContaining('from the getter') }),
    });
  });
});

describe.each(kinds)('a thenable that a call of a %s returns', (_name, createPool) => {
  let pool: Pool;
  beforeAll(() => {
    pool = createPool({ maxWorkers: 1 });
  });
  afterAll(() => pool.shutdown());

  test.each<[string, () => unknown, unknown]>([
    ['calls back at once', () => ({ then: (resolve: (value: number) => void) => resolve(5) }), 5],
    ['calls back later', () => ({ then: (r: (value: number) => void) => setTimeout(() => r(6), 1) }), 6],
    [
      'calls back twice',
      () => ({
        then(resolve: (value: number) => void) {
          resolve(7);
          resolve(8);
          throw new Error('too late');
        },
      }),
      7,
    ],
    [
      'resolves with a thenable',
      () => ({ then: (r: (value: unknown) => void) => r({ then: (q: (value: number) => void) => q(9) }) }),
      9,
    ],
    [
      'is a function',
      () => Object.assign(() => {}, { then: (resolve: (value: number) => void) => resolve(10) }),
      10,
    ],
    [
      'has a getter that may be read once',
      () => {
        let count = 0;
        return {
          get then() {
            count++;
            return (resolve: (value: number) => void) => resolve(count);
          },
        };
      },
      1,
    ],
  ])('is waited for when it %s', async (_text, call, value) => {
    expect(await outcomeIn(pool, () => pool.submit(call))).toEqual({ value });
  });

  test.each<[string, () => unknown]>([
    [
      'rejects',
      () => ({ then: (_: unknown, reject: (reason: unknown) => void) => reject(new RangeError('no')) }),
    ],
    [
      'throws',
      () => ({
        then() {
          throw new RangeError('no');
        },
      }),
    ],
    [
      'has a getter that throws',
      () => ({
        get then() {
          throw new RangeError('no');
        },
      }),
    ],
  ])('fails the call when it %s', async (_text, call) => {
    expect(await outcomeIn(pool, () => pool.submit(call))).toEqual({
      error: expect.objectContaining({ name: 'RangeError', message: 'no' }),
    });
  });
});

describe.each(kinds)('an error of a call of a %s that is hard to clone', (_name, createPool) => {
  let pool: Pool;
  beforeAll(() => {
    pool = createPool({ maxWorkers: 1 });
  });
  afterAll(() => pool.shutdown());

  test.each<[string, () => unknown]>([
    [
      'has a value that can be cloned only once',
      () => {
        let reads = 0;
        const odd = {
          get value() {
            return reads++ > 0 ? () => {} : 1;
          },
        };
        return Object.assign(new Error('odd'), { odd });
      },
    ],
    [
      'has a cause that throws',
      () =>
        Object.defineProperty(new Error('odd'), 'cause', {
          get() {
            throw new Error('no cause');
          },
        }),
    ],
    [
      'has properties that throw',
      () =>
        Object.defineProperty(new Error('odd'), 'property', {
          enumerable: true,
          get() {
            throw new Error('no property');
          },
        }),
    ],
    [
      'has an endless chain of causes',
      () => {
        const endless = (): Error => Object.defineProperty(new Error('odd'), 'cause', { get: endless });
        return endless();
      },
    ],
    [
      'has very many causes',
      () => {
        let error = new Error('odd');
        for (let i = 0; i < 20_000; i++) error = new Error('odd', { cause: error });
        return error;
      },
    ],
  ])('arrives when it %s', async (_text, make) => {
    for (const wait of [false, true]) {
      const body = `const error = (${make})(); if (${wait}) return Promise.reject(error); throw error;`;
      const outcome = await outcomeIn(pool, () =>
        pool.submit((text: string) => new Function(text)(), [body]),
      );
      expect(outcome).toEqual({ error: expect.objectContaining({ message: 'odd' }) });
    }
  });

  test('ends the call when it is a proxy that always throws', async () => {
    const outcome = await outcomeIn(pool, () =>
      pool.submit(() => {
        const refuse = () => {
          throw new Error('refused');
        };
        const traps = { get: refuse, has: refuse, getPrototypeOf: refuse, ownKeys: refuse };
        throw new Proxy(new Error('odd'), traps);
      }),
    );
    expect(outcome).toHaveProperty('error');
  });
});

describe.each(kinds)('the worker of a %s', (name, createPool) => {
  const Broken = name === 'ThreadPoolExecutor' ? 'BrokenThreadPool' : 'BrokenProcessPool';

  test('answers although a call ended, corked or replaced its output', async () => {
    await using pool = createPool({ maxWorkers: 1 });
    const meddle: (() => void)[] = [
      () => process.stderr.cork(),
      () => void Object.assign(process.stderr, { write: () => true }),
      () => void process.stderr.end(),
      () => void process.stderr.destroy(),
    ];
    for (const call of meddle) expect(await pool.submit(call)).toBeUndefined();
  });

  test('leaves the output of the program open when a call ends its own', async () => {
    const program = 'packages/executors/test/fixtures/ended-output.ts';
    expect(await runTypeScript(program, { args: [name] })).toEqual({
      stdout: 'out\n',
      stderr: 'err\n',
      status: 0,
      signal: null,
    });
  });

  test('may be prepared by a function whose result cannot be sent', async () => {
    await using pool = createPool({ maxWorkers: 1, initializer: () => () => {} });
    expect(await pool.submit(() => 'fine')).toBe('fine');
  });

  test('fails its calls when the arguments of its initializer cannot be sent', async () => {
    await using pool = createPool({ maxWorkers: 1, initializer: () => {}, initargs: [() => {}] });
    await expect(pool.submit(() => 1)).rejects.toMatchObject({
      name: Broken,
      message: 'the initializer of a worker failed; the pool cannot be used any more',
      cause: { name: 'DataCloneError' },
    });
    expect(() => pool.submit(() => 1)).toThrow(expect.objectContaining({ name: Broken }));
  });

  test.each<[string, Parameters<typeof createPool>[0], () => unknown]>([
    ['loads', { execArgv: ['--import', 'data:text/javascript,process.exit(1)'] }, () => 1],
    ['is prepared', { initializer: () => process.exit(1) }, () => 1],
    ['waits in its initializer', { initializer: async () => process.exit(1) }, () => 1],
    ['makes a call', {}, () => process.exit(1)],
    ['waits in a call', {}, () => Promise.resolve().then(() => process.exit(1))],
    ['is waiting for a thenable', {}, () => ({ then: () => process.exit(1) })],
    [
      'reads the result',
      {},
      () => ({
        get value() {
          return process.exit(1);
        },
      }),
    ],
    [
      'reads the error',
      {},
      () => {
        throw Object.defineProperty(new Error('e'), 'value', {
          enumerable: true,
          get: () => process.exit(1),
        });
      },
    ],
  ])('fails the call, and no other one, when it dies while it %s', async (_text, options, call) => {
    await using pool = createPool({ maxWorkers: 1, ...options });
    const calls = [pool.submit(call), pool.submit(() => 2), pool.submit(() => 3)];
    const outcomes = await Promise.all(calls.map(outcomeOf));
    expect(outcomes[0]).toEqual({ error: expect.objectContaining({ name: Broken }) });
    const dies = Object.keys(options ?? {}).length > 0;
    for (const [index, outcome] of outcomes.slice(1).entries()) {
      expect(outcome).toEqual(
        dies ? { error: expect.objectContaining({ name: Broken }) } : { value: index + 2 },
      );
    }
  });
});

test('a value that a process can send and this one cannot read fails the call, and nothing else', async () => {
  await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
  const empty = (bytes: number[]) => {
    const { WebAssembly } = globalThis as unknown as {
      WebAssembly: { Module: new (code: Uint8Array) => object };
    };
    return new WebAssembly.Module(new Uint8Array(bytes));
  };
  const sent = pool.submit((module) => String(module), [empty(EMPTY_MODULE)]);
  await expect(sent).rejects.toMatchObject({ name: 'DataCloneError' });
  await expect(pool.submit(empty, [EMPTY_MODULE])).rejects.toMatchObject({ name: 'DataCloneError' });
  expect(await pool.submit(() => 'fine')).toBe('fine');
});

describe('a pool', () => {
  test('fails the call in the message that its worker could not read, by the place of the message', async () => {
    const { links, submit } = fakePool({ maxWorkers: 1 });
    const [first, taken, unread, last] = [submit(), submit(), submit(), submit()];
    await null;
    const [link] = links;
    link!.start();
    expect(link!.sent).toEqual([1, 2, 3, 4]);
    expect(taken!.cancel()).toBe(true);
    expect(link!.begin()).toBe(1);
    link!.answer(1);
    // The message that prepares the worker is the first one.
    link!.refuse(3);
    link!.refuse(4);
    await expect(unread).rejects.toThrow('decoded');
    expect(first!.result()).toBe(1);
    expect(last!.done()).toBe(false);
  });

  test('fails the oldest call that was begun when its answer cannot be read', async () => {
    const { links, submit } = fakePool({ maxWorkers: 1 });
    const [begun, waiting] = [submit(), submit()];
    await null;
    const [link] = links;
    link!.start();
    link!.begin();
    link!.events.onUnreadable(new Error('garbled'));
    await expect(begun).rejects.toThrow('the answer of the worker cannot be read: garbled');
    expect(waiting!.done()).toBe(false);
  });

  test('does not send again what has moved to a worker that died', async () => {
    const { links, submit } = fakePool({ maxWorkers: 1 });
    const moved = submit([new ArrayBuffer(1)]);
    const other = submit();
    await null;
    links[0]!.start();
    links[0]!.events.onEnd('exited with code 1', undefined);
    await expect(moved).rejects.toThrow('the worker of this call exited with code 1');
    expect(links[1]!.sent).toEqual([2]);
    expect(other.done()).toBe(false);
  });
});

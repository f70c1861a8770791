import { ContextVar, copyContext } from '@bight/contextvars';
import { describe, expect, test } from '@jest/globals';
import { carry, ThreadPoolExecutor, taskFrom } from '../../src/index.js';
import { kinds } from '../support/pools.js';

const module = new URL('../fixtures/variables.js', import.meta.url);
const readBoth = taskFrom<() => string[] | Promise<string[]>>(module, 'readBoth');
const readLater = taskFrom<() => string[] | Promise<string[]>>(module, 'readLater');
const fail = taskFrom<() => never>(module, 'fail');

const user = new ContextVar<string>('user');
const id = new ContextVar<unknown>('request id');
const carried = [carry(user, module), carry(id, module, 'requestId')];

describe.each(kinds)('context variables with a %s', (_name, createPool) => {
  test('are not sent unless the caller names them', async () => {
    await using pool = createPool({ maxWorkers: 1 });
    const values = copyContext().run(() => {
      user.set('ann');
      return pool.submit(readBoth);
    });
    expect(await values).toEqual(['unset', 'unset']);
  });

  test('have in each call the values that they had at submit()', async () => {
    await using pool = createPool({ maxWorkers: 1, contextVars: carried });
    const calls = ['ann', 'bob'].map((name, index) =>
      copyContext().run(() => {
        user.set(name);
        id.set(index);
        const call = pool.submit(index === 0 ? readLater : readBoth);
        user.set('too late');
        return call;
      }),
    );
    expect(await Promise.all(calls)).toEqual([
      ['ann', 0],
      ['bob', 1],
    ]);
  });

  test('are as before after the call, also when it threw', async () => {
    await using pool = createPool({ maxWorkers: 1, contextVars: carried });
    await copyContext().run(async () => {
      user.set('ann');
      await expect(pool.submit(fail)).rejects.toThrow('no');
    });
    expect(await pool.submit(readBoth)).toEqual(['unset', 'unset']);
  });

  test('are sent with the calls of map()', async () => {
    await using pool = createPool({ maxWorkers: 1, contextVars: carried });
    const results = copyContext().run(() => {
      user.set('ann');
      return pool.map(readBoth, [1, 2]);
    });
    for await (const result of results) expect(result).toEqual(['ann', 'unset']);
  });

  test('fail the call when the value cannot be sent, or there is no such variable', async () => {
    await using pool = createPool({ maxWorkers: 1, contextVars: [carry(id, module, 'noVariable')] });
    const submit = (value: unknown) =>
      copyContext().run(() => {
        id.set(value);
        return pool.submit(readBoth);
      });
    await expect(submit(() => {})).rejects.toMatchObject({ name: 'DataCloneError' });
    await expect(submit(1)).rejects.toThrow(/noVariable of .*variables\.js is not a ContextVar/);
  });
});

test('carry and contextVars check their arguments', () => {
  expect(() => carry({} as never, module)).toThrow(/variable must be a ContextVar, not a plain object/);
  expect(() => carry(user, './variables.js')).toThrow(/url must be an absolute address/);
  expect(() => carry(user, module, 1 as never)).toThrow(/exportName must be a string/);
  expect(() => new ThreadPoolExecutor({ contextVars: user as never })).toThrow(
    /contextVars must be an iterable/,
  );
  expect(() => new ThreadPoolExecutor({ contextVars: [user] as never })).toThrow(/what carry\(\) returns/);
});

import { RuntimeError } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import {
  BrokenExecutor,
  BrokenProcessPool,
  BrokenThreadPool,
  ProcessPoolExecutor,
  ThreadPoolExecutor,
} from '../../src/index.js';
import { Gate } from '../support/gate.js';
import { exitAfter, kinds, waitAt, whoAmI } from '../support/pools.js';

describe.each(kinds)('a worker of a %s that dies', (name, createPool) => {
  const Broken = name === 'ThreadPoolExecutor' ? BrokenThreadPool : BrokenProcessPool;

  test('fails the call that it was making, and the pool goes on', async () => {
    await using pool = createPool({ maxWorkers: 1 });
    const before = await pool.submit(whoAmI);
    const error = await pool.submit(() => process.exit(3)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Broken);
    expect(error).toBeInstanceOf(BrokenExecutor);
    expect(error).toBeInstanceOf(RuntimeError);
    expect(error).toMatchObject({
      name: Broken.name,
      code: 'ERR_BROKEN_EXECUTOR',
      message: 'the worker of this call exited with code 3 before the call ended',
    });
    const after = await pool.submit(whoAmI);
    expect(after).not.toBe(before);
  });

  test('does not fail the calls that it had not begun', async () => {
    await using gate = await Gate.create();
    await using pool = createPool({ maxWorkers: 1 });
    const dying = pool.submit(exitAfter, [gate.path, 1]);
    await gate.reached();
    const waiting = Array.from({ length: 10 }, (_, i) => pool.submit((n: number) => n, [i]));
    gate.open();
    await expect(dying).rejects.toThrow(Broken);
    expect(await Promise.all(waiting)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('does not disturb the calls of other workers', async () => {
    await using gate = await Gate.create();
    await using dyingGate = await Gate.create();
    await using pool = createPool({ maxWorkers: 2 });
    const steady = pool.submit(waitAt, [gate.path, 'steady']);
    const dying = pool.submit(exitAfter, [dyingGate.path, 1]);
    await Promise.all([gate.reached(), dyingGate.reached()]);
    dyingGate.open();
    await expect(dying).rejects.toThrow(Broken);
    gate.open();
    expect(await steady).toBe('steady');
  });

  test('can die again and again', async () => {
    await using pool = createPool({ maxWorkers: 2 });
    const calls = Array.from({ length: 6 }, (_, i) =>
      i % 2 === 0 ? pool.submit(() => process.exit(1)) : pool.submit(() => 'fine'),
    );
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.map(({ status }) => status)).toEqual(
      calls.map((_, i) => (i % 2 === 0 ? 'rejected' : 'fulfilled')),
    );
  });

  test('can have been idle', async () => {
    await using gate = await Gate.create();
    await using pool = createPool({ maxWorkers: 1 });
    const before = await pool.submit(whoAmI);
    await pool.submit(
      async (path: string) => {
        const { connect } = await import('node:net');
        const socket = connect(path).resume();
        socket.on('close', () => process.exit(1));
      },
      [gate.path],
    );
    await gate.reached();
    gate.open();
    // A call may or may not still reach the dying worker; if it does, it fails and does not hang.
    let after: string | undefined = before;
    while (after === before || after === undefined) {
      after = await pool.submit(whoAmI).catch((error: unknown) => {
        expect(error).toBeInstanceOf(Broken);
        return undefined;
      });
    }
  });
});

describe('a thread that dies', () => {
  test('of an uncaught exception names it in the error', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const error = await pool
      .submit(
        () =>
          new Promise(() => {
            setImmediate(() => {
              throw new RangeError('uncaught');
            });
          }),
      )
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      message: 'the worker of this call died of RangeError: uncaught before the call ended',
      cause: { message: 'uncaught' },
    });
  });

  test('of a thrown value that is no error names it in the error', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const dying = pool.submit(
      () =>
        new Promise(() => {
          setImmediate(() => {
            throw Object.create(null);
          });
        }),
    );
    await expect(dying).rejects.toThrow(/^the worker of this call died of an? /);
  });

  test('of too much memory names that in the error', async () => {
    await using pool = new ThreadPoolExecutor({
      maxWorkers: 1,
      resourceLimits: { maxOldGenerationSizeMb: 16 },
    });
    const hungry = pool.submit(() => {
      const hoard: unknown[] = [];
      for (;;) hoard.push(Array.from({ length: 1000 }, () => ({})));
    });
    await expect(hungry).rejects.toMatchObject({
      name: 'BrokenThreadPool',
      cause: { code: 'ERR_WORKER_OUT_OF_MEMORY' },
    });
    expect(await pool.submit(() => 'fine')).toBe('fine');
  });
});

describe('a process that dies', () => {
  test('of a signal names it in the error', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const killed = pool.submit(() => process.kill(process.pid, 'SIGKILL') && new Promise(() => {}));
    await expect(killed).rejects.toThrow(
      'the worker of this call was killed by SIGKILL before the call ended',
    );
    expect(await pool.submit(() => 'fine')).toBe('fine');
  });

  test('can have closed its channel by itself', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const cut = pool.submit(() => new Promise(() => setImmediate(() => process.disconnect())));
    await expect(cut).rejects.toThrow(BrokenProcessPool);
    expect(await pool.submit(() => 'fine')).toBe('fine');
  });
});

describe('a worker that cannot be started', () => {
  test('fails each call once instead of trying for ever', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1, cwd: '/no/such/directory' });
    const error = await pool.submit(() => 1).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: 'BrokenProcessPool',
      message: 'the worker of this call could not be started',
      cause: { code: 'ENOENT' },
    });
    await expect(pool.submit(() => 1)).rejects.toThrow(BrokenProcessPool);
  });

  test('fails the call when its flags are wrong', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1, execArgv: ['--no-such-flag'] });
    await expect(pool.submit(() => 1)).rejects.toMatchObject({
      name: 'BrokenThreadPool',
      message: 'no worker could be started',
      cause: { code: 'ERR_WORKER_INVALID_EXEC_ARGV' },
    });
  });
});

import { BrokenThreadPool, taskFrom } from '@bight/executors';
import { explore, type RunFunction, SimulationError, simulate } from '@bight/loop-testing';
import { expect, jest, test } from '@jest/globals';
import { sleep } from 'bight';

interface Step {
  readonly at: number;
  readonly kind: string;
}

const KINDS = ['cut', 'heal', 'crash', 'pause', 'noise', 'restart'];

test('finds a seed that fails, and leaves out the steps that the failure does not need', async () => {
  const progress: number[] = [];
  const found = await explore<Step>({
    seeds: 500,
    first: 1,
    plan: (random) =>
      Array.from({ length: 20 }, (_, at) => ({ at, kind: KINDS[random.below(KINDS.length)]! })),
    run: (seed, steps) =>
      simulate(
        async () => {
          let hasCrashed = false;
          for (const { kind } of steps) {
            await sleep(1);
            if (kind === 'crash') hasCrashed = true;
            if (kind === 'cut' && hasCrashed) throw new Error('a cut after a crash');
          }
        },
        { seed },
      ),
    onProgress: ({ tried }) => progress.push(tried),
  });
  expect(found?.planned).toHaveLength(20);
  expect(found?.steps.map(({ kind }) => kind)).toEqual(['crash', 'cut']);
  expect(found?.error).toBeInstanceOf(SimulationError);
  expect(found?.seed).toBe(progress.length);
});

test('no failure is null, and the limit of real time ends the search', async () => {
  expect(await explore({ seeds: 3, run: async () => {} })).toBeNull();
  const tried: number[] = [];
  expect(await explore({ until: 0, run: async (seed) => tried.push(seed) })).toBeNull();
  expect(tried).toEqual([]);
});

test('a failure shrinks: fewer steps, fewer hosts, less time', async () => {
  let runs = 0;
  const found = await explore({
    first: 5,
    size: { hosts: { is: 50, least: 2 }, seconds: { is: 3600 } },
    plan: (random, { hosts }) => Array.from({ length: 30 }, () => ({ host: random.below(hosts / 5) })),
    run: async (_seed, steps, { hosts, seconds }) => {
      runs++;
      const alive = steps.filter(({ host }) => host < hosts);
      if (hosts >= 7 && seconds > 99 && alive.length >= 2) throw new Error('too much');
    },
  });
  expect(found?.size).toEqual({ hosts: 7, seconds: 100 });
  expect(found?.steps).toHaveLength(2);
  expect(found?.planned).toHaveLength(30);
  expect(found?.seed).toBe(5);
  expect(found?.shrinks).toBe(runs - 1);
  expect(runs).toBeLessThan(100);
});

test('shrinking takes no more runs than its limit', async () => {
  let runs = 0;
  const run = async () => {
    runs++;
    throw new Error('always');
  };
  const options = { size: { hosts: { is: 1000 } }, plan: () => [1, 2, 3, 4], run };
  expect(await explore({ ...options, shrinks: 3 })).toMatchObject({ shrinks: 3 });
  expect(runs).toBe(4);
  expect(await explore({ ...options, shrinks: 0 })).toMatchObject({ steps: [1, 2, 3, 4] });
});

const MODULE = new URL('fixtures/thread-runs.mjs', `file://${__filename}`);

type Run = RunFunction<string, 'hosts'>;

test.each([1, 2, 4])(
  'with %d threads it finds the same seed, and shrinks the failure as far',
  async (threads) => {
    const found = await explore<string, 'hosts'>({
      first: 10,
      threads,
      size: { hosts: { is: 9 } },
      plan: () => ['cut', 'crash', 'heal'],
      run: taskFrom<Run>(MODULE, 'run'),
    });
    expect(found).toMatchObject({ seed: 14, steps: ['crash'], size: { hosts: 3 } });
    expect(found?.error).toBeInstanceOf(RangeError);
    expect(found?.error).toMatchObject({ message: 'seed 14' });
  },
);

test('a run that ends its thread has failed', async () => {
  const found = await explore({ first: 1, threads: 2, run: taskFrom<Run>(MODULE, 'ends') });
  expect(found?.seed).toBe(3);
  expect(found?.error).toBeInstanceOf(BrokenThreadPool);
});

test('a module that cannot be loaded is no failure of a seed', async () => {
  const missing = new URL('missing.mjs', MODULE);
  await expect(explore({ run: taskFrom<Run>(missing, 'run') })).rejects.toMatchObject({
    code: 'ERR_MODULE_NOT_FOUND',
  });
  await expect(explore({ run: taskFrom<Run>(MODULE, 'walk') })).rejects.toThrow(TypeError);
  await expect(explore({ run: taskFrom<Run>(MODULE, 'noFunction') })).rejects.toThrow(TypeError);
});

test('a signal ends the search, and the threads with it', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const search = explore({ threads: 2, run: taskFrom<Run>(MODULE, 'never'), signal: controller.signal });
  controller.abort(reason);
  await expect(search).rejects.toBe(reason);
  await expect(explore({ run: async () => {}, signal: controller.signal })).rejects.toBe(reason);
  const inThisThread = new AbortController();
  const stuck = explore({
    run: () => {
      inThisThread.abort(reason);
      return new Promise(() => {});
    },
    signal: inThisThread.signal,
  });
  await expect(stuck).rejects.toBe(reason);
});

test('without a terminal the progress is lines of text', async () => {
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    await explore({ seeds: 3, progress: true, run: async () => {} });
    const text = write.mock.calls.map(([chunk]) => String(chunk)).join('');
    expect(text).toMatch(/3 of 3 seeds, 0 s\s*$/);
    expect(text).not.toContain('\u001b');
  } finally {
    write.mockRestore();
  }
});

test('invalid options are refused', async () => {
  await expect(explore({ run: 'no function' as never })).rejects.toThrow(TypeError);
  await expect(explore({ run: async () => {}, seeds: 0 })).rejects.toMatchObject({ name: 'ValueError' });
  await expect(explore({ run: async () => {}, threads: 2 })).rejects.toThrow(/taskFrom/);
  await expect(explore({ run: async () => {}, size: { hosts: { is: 1, least: 2 } } })).rejects.toThrow();
  await expect(explore({ run: async () => {}, signal: {} as never })).rejects.toThrow(TypeError);
  await expect(explore({ run: async () => {}, seed: 1 } as never)).rejects.toThrow('unknown option "seed"');
});

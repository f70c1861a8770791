import { explore, SimulationError, simulate } from '@bight/loop-testing';
import { expect, test } from '@jest/globals';
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

test('nonsense is refused', async () => {
  await expect(explore({ run: 'no function' as never })).rejects.toThrow(TypeError);
  await expect(explore({ run: async () => {}, seeds: 0 })).rejects.toMatchObject({ name: 'ValueError' });
  await expect(explore({ run: async () => {}, seed: 1 } as never)).rejects.toThrow('unknown option "seed"');
});

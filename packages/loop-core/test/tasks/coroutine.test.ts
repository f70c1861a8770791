import { CancelledError } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { coroutine, createTask, getRunningLoop, run, sleep } from '../../src/index.js';

function* doubled(number: number, turns: number): Generator<unknown, number, unknown> {
  for (let turn = 0; turn < turns; turn++) yield* sleep(0);
  return 2 * number;
}

describe('a coroutine method whose body is a generator that has not begun', () => {
  test('has run up to its first wait, or to its end', () =>
    run(async () => {
      const loop = getRunningLoop();
      const steps: string[] = [];
      const body = (function* (): Generator<unknown, void, unknown> {
        steps.push('begun');
        yield* sleep(0);
        steps.push('resumed');
      })();
      const under = coroutine(loop, body);
      expect(steps).toEqual(['begun']);
      await under;
      expect(steps).toEqual(['begun', 'resumed']);
      expect(coroutine(loop, doubled(2, 0)).result()).toBe(4);
      expect(await coroutine(loop, doubled(2, 3))).toBe(4);
    }));

  test('is cancelled through the task that awaits it', () =>
    run(async () => {
      const loop = getRunningLoop();
      const caught: unknown[] = [];
      const body = (function* (): Generator<unknown, void, unknown> {
        try {
          yield* loop.createFuture<void>();
        } catch (error) {
          caught.push(error);
          throw error;
        }
      })();
      const task = createTask(async () => {
        await coroutine(loop, body);
      });
      await sleep(0);
      task.cancel('enough');
      await expect(Promise.resolve(task)).rejects.toThrow(CancelledError);
      expect(caught[0]).toBeInstanceOf(CancelledError);
    }));
});

import type { ExecutorCallable } from '@bight/loop-abstract';
import { toThread } from '@bight/loop-core';
import { type CaseDefinition, suite } from '../../case.js';
import { deepEqual, equal } from '../../check.js';
import type { HighLevel } from '../../high-level.js';

const add = (a: number, b: number) => a + b;

const MODULE = 'data:text/javascript,export const triple = (n) => 3 * n';

/** Functions in threads and in processes. */
export const poolCases = (bight: HighLevel): CaseDefinition[] =>
  suite(
    'ExecutorLoop',
    'of bight,',
    (define) => {
      define('toThread() runs a function in the default executor', async ({ loop, task }) => {
        equal(await task(async () => await toThread(add, [1, 2])), 3);
        await loop.runUntilComplete(loop.shutdownDefaultExecutor());
      });

      for (const [name, Pool] of [
        ['ThreadPoolExecutor', bight.ThreadPoolExecutor],
        ['ProcessPoolExecutor', bight.ProcessPoolExecutor],
      ] as const) {
        define(`a ${name} runs functions, and exports of modules`, async ({ loop, task, defer }) => {
          const pool = new Pool({ maxWorkers: 1 });
          defer(() => pool.shutdown());
          const results = await task(async () => [
            await loop.runInExecutor(pool, add, [1, 2]),
            await loop.runInExecutor(
              pool,
              bight.taskFrom(MODULE, 'triple') as ExecutorCallable<[number], number>,
              [2],
            ),
          ]);
          deepEqual(results, [3, 6]);
        });
      }

      define('transfer() moves what a thread gets', async ({ loop, task, defer }) => {
        const pool = new bight.ThreadPoolExecutor({ maxWorkers: 1 });
        defer(() => pool.shutdown());
        const bytes = new Uint8Array([1, 2, 3]);
        const length = (given: Uint8Array) => given.length;
        equal(await task(async () => await loop.runInExecutor(pool, length, [bight.transfer(bytes)])), 3);
        equal(bytes.byteLength, 0);
      });
    },
    { states: ['fresh'] },
  );

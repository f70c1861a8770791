import { BrokenExecutor, taskFrom } from '@bight/executors';
import { gather, run } from '@bight/loop-core';
import { expect, test } from '@jest/globals';
import { QueueExecutor } from '../../src/index.js';
import { ownJobs } from '../support/paths.js';

const job = (name: string) => taskFrom(ownJobs, name);

// The conformance kit runs on local executors, too (scripts/queue.mjs); this is what `npm test` has of it.
test('QueueExecutor.local() runs jobs in processes, with retries, progress and dead letters', async () => {
  await run(async () => {
    const executor = QueueExecutor.local({ maxWorkers: 1 });
    const progress: unknown[] = [];
    const futures = [
      executor.submit(job('addLater'), [1, 2]),
      executor.submit(job('failUntil'), [2], { retries: 1 }),
      executor.submit(job('report'), [[1, 2]], { key: 'k', onProgress: (value) => progress.push(value) }),
    ];
    expect(await gather(futures)).toEqual([3, 2, { id: 'k', attempt: 1, headers: {} }]);
    expect(progress).toEqual([1, 2]);
    await expect(async () => await executor.submit(job('fail'), ['no'])).rejects.toThrow('no');
    await expect(async () => await executor.submit(job('die'))).rejects.toThrow(BrokenExecutor);
    const unreadable = taskFrom('file:///%E0%A4%A.js', 'f');
    await expect(async () => await executor.submit(unreadable)).rejects.toThrow('URI malformed');
    expect((await executor.deadLetters()).map(({ name, attempts }) => [name, attempts])).toEqual([
      ['fail', 1],
      ['die', 4],
      ['f', 1],
    ]);
    expect(await executor.discardDeadLetters()).toBe(3);
    await executor.shutdown();
  });
});

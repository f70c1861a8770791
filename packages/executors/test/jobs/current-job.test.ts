import { copyContext, RuntimeError } from '@bight/contextvars';
import { expect, test } from '@jest/globals';
import { type CurrentJob, currentJob } from '../../src/index.js';
import { jobVariable } from '../../src/low-level.js';

const job: CurrentJob = { id: 'a', attempt: 1, headers: {}, progress: () => undefined };

test('there is no job outside of one', () => {
  expect(() => currentJob()).toThrow(RuntimeError);
  expect(() => currentJob()).toThrow('no job is running');
});

test('the job is that of the context, after waits as well', async () => {
  const seen = await copyContext().run(async () => {
    jobVariable().set(job);
    await Promise.resolve();
    return currentJob();
  });
  expect(seen).toBe(job);
  expect(() => currentJob()).toThrow(RuntimeError);
});

test('all copies of the package have the same variable', () => {
  const key = Symbol.for('@bight/executors/current-job');
  expect((globalThis as unknown as Record<symbol, unknown>)[key]).toBe(jobVariable());
});

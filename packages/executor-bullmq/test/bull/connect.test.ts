import { taskFrom } from '@bight/executors';
import { run } from '@bight/loop-core';
import { expect, test } from '@jest/globals';
import { refusingPort } from '../../../loop-net/test/support/refusing-port.js';
import { QueueExecutor } from '../../src/index.js';
import { ownJobs } from '../support/paths.js';

test('without a first connection all futures fail with the error of the system, later ones too', async () => {
  const connection = `redis://127.0.0.1:${refusingPort()}`;
  await run(async () => {
    const states: string[] = [];
    const executor = new QueueExecutor({
      queue: 'q',
      connection,
      connectTimeout: 1,
      onState: (state) => states.push(state),
    });
    expect(executor.state).toBe('reconnecting');
    const add = taskFrom(ownJobs, 'add');
    for (let n = 0; n < 2; n++) {
      await expect(async () => await executor.submit(add, [1, 2])).rejects.toMatchObject({
        code: 'ECONNREFUSED',
      });
    }
    await expect(executor.statistics()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(executor.state).toBe('closed');
    expect(states).toEqual(['closed']);
    await executor.shutdown();
  });
});

test('before the first connection a job can be cancelled, and an executor be shut down', async () => {
  const connection = `redis://127.0.0.1:${refusingPort()}`;
  await run(async () => {
    const executor = new QueueExecutor({ queue: 'q', connection, connectTimeout: 60 });
    const future = executor.submit(taskFrom(ownJobs, 'add'), [1, 2]);
    expect(future.cancel()).toBe(true);
    await executor.shutdown();
    expect(executor.state).toBe('closed');
  });
});

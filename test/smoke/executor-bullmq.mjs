// runtimes: node
// Jobs in processes of this machine, from the packed files: the script of the workers has to be there, too.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { QueueExecutor } from '@bight/executor-bullmq';
import { run, taskFrom } from 'bight';

const jobs = new URL('./executor-bullmq-jobs.mjs', import.meta.url);
writeFileSync(
  jobs,
  `import { currentJob, sleep } from 'bight';
export async function square(number) {
  await sleep(0.001);
  currentJob().progress('half way');
  return number * number;
}
`,
);

await run(async () => {
  const executor = QueueExecutor.local({ maxWorkers: 2 });
  const progress = [];
  const square = taskFrom(jobs, 'square');
  const result = await executor.submit(square, [7], {
    retries: 1,
    onProgress: (value) => progress.push(value),
  });
  assert.equal(result, 49);
  const squares = [];
  for await (const value of executor.map(square, [1, 2, 3], { bufferSize: 2 })) squares.push(value);
  assert.deepEqual(squares, [1, 4, 9]);
  assert.deepEqual(progress, ['half way']);
  await executor.shutdown();
});

assert.throws(() => new QueueExecutor({ queue: 'q', connection: 'http://127.0.0.1' }), {
  name: 'ValueError',
});

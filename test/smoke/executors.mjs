// runtimes: node bun deno
// Threads and processes from the packed files: their worker scripts have to be there, too.
import assert from 'node:assert/strict';
import { ProcessPoolExecutor, ThreadPoolExecutor } from '@bight/executors';
import { CoreEventLoop, getRunningLoop, run } from '@bight/loop-core';

const square = (number) => number * number;

for (const Pool of [ThreadPoolExecutor, ProcessPoolExecutor]) {
  const pool = new Pool({ maxWorkers: 2 });
  assert.equal(await pool.submit(square, [7]), 49);
  const squares = [];
  for await (const value of pool.map(square, [1, 2, 3])) squares.push(value);
  assert.deepEqual(squares, [1, 4, 9]);
  const failing = pool.submit(() => {
    throw new RangeError('from the worker');
  });
  await assert.rejects(async () => failing, { name: 'RangeError', message: 'from the worker' });

  const main = () => getRunningLoop().runInExecutor(pool, square, [8]);
  assert.equal(await run(main, { loopFactory: () => new CoreEventLoop() }), 64);
  await pool.shutdown();
}

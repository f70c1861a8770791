// Runs a loop, closes it, and ends: nothing may keep the process alive.
import { createTask, run, sleep } from '@bight/loop-core';

await run(async () => {
  createTask(async () => await sleep(3600));
  await sleep(0.01);
});
console.log('done');

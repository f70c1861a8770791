// A worker thread with a loop of its own, for program.mjs.
import { parentPort } from 'node:worker_threads';
import { createTask, run, sleep } from '../../packages/bight/dist/index.js';

await run(async () => {
  createTask(() => sleep(3600), { name: 'in a worker thread' });
  await sleep(0);
  parentPort.postMessage('ready');
  await sleep(3600);
});

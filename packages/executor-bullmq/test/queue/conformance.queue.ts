import { ExecutorConformance } from '@bight/loop-testing/conformance';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { QueueExecutor } from '../../src/index.js';
import { kitJobs } from '../support/paths.js';
import { RedisServer } from '../support/redis-server.js';
import { QueueProcess } from '../support/worker-process.js';

let redis: RedisServer;
/** By concurrency: a worker costs a process, and its queue is empty after each case. */
const workers = new Map<number, QueueProcess>();

beforeAll(async () => {
  redis = await RedisServer.start();
});

afterAll(async () => {
  for (const worker of workers.values()) await worker.end();
  const left = await redis.keys();
  await redis.stop();
  // The dead letters of the cases were discarded.
  expect(left).toEqual([]);
});

async function worker(concurrency: number): Promise<string> {
  const queue = `kit-${concurrency}`;
  if (!workers.has(concurrency)) {
    workers.set(concurrency, await QueueProcess.start({ url: redis.url, queue, concurrency }));
  }
  return queue;
}

new ExecutorConformance({
  test,
  jobs: kitJobs,
  createExecutor: async ({ concurrency, contextVars }) => {
    const queue = await worker(concurrency);
    const connection = redis.url;
    return {
      executor: new QueueExecutor({ queue, connection, contextVars }),
      close: async () => {
        const another = new QueueExecutor({ queue, connection });
        await another.discardDeadLetters();
        await another.shutdown();
      },
    };
  },
}).register();

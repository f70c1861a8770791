// A worker of the suite: node worker.mjs LIBRARY URL QUEUE CONCURRENCY. Prints `ready`; SIGTERM ends it.
import { QueueWorker } from '@bight/executor-bullmq';
import { getRunningLoop, run } from 'bight';
import { Worker } from 'bullmq';
import { double } from './jobs.js';

const [, , library, url, queue, concurrency] = process.argv;

const stopped = new Promise((resolve) => process.once('SIGTERM', resolve));
const settings = { queue, connection: url, concurrency: Number(concurrency) };
if (library === 'bight') await run(() => serveBight(settings));
else await serveBare(settings);

async function serveBight(settings) {
  const worker = new QueueWorker({ ...settings, modules: [new URL('./jobs.js', import.meta.url)] });
  await worker.start();
  const ended = getRunningLoop().createFuture();
  void stopped.then(() => ended.getLoop().callSoonThreadsafe(() => ended.setResult()));
  console.log('ready');
  await ended;
  await worker.close();
}

async function serveBare({ queue, connection, concurrency }) {
  const { hostname: host, port } = new URL(connection);
  const worker = new Worker(queue, async ({ data }) => double(data.number), {
    connection: { host, port: Number(port), maxRetriesPerRequest: null },
    concurrency,
  });
  await worker.waitUntilReady();
  console.log('ready');
  await stopped;
  await worker.close();
}

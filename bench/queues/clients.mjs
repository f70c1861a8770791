// Submits the jobs of the suite, and waits for their results.
import { randomUUID } from 'node:crypto';
import { QueueExecutor } from '@bight/executor-bullmq';
import { run, taskFrom } from 'bight';
import { Queue, QueueEvents } from 'bullmq';

/** The number of jobs that are added in one command. */
const BATCH = 500;
const double = taskFrom(new URL('./jobs.js', import.meta.url), 'double');

/**
 * Sends numbers through the queue with `map()`.
 *
 * @param {{ url: string, queue: string, count: number, ahead: number, onResult?: (n: number) => void }} load `ahead`:
 *   the most jobs without a result
 */
export async function mapWithBight({ url, queue, count, ahead, onResult = () => {} }) {
  await run(async () => {
    const executor = new QueueExecutor({ queue, connection: url });
    let expected = 0;
    for await (const result of executor.map(double, numbers(count), { bufferSize: ahead })) {
      if (result !== expected * 2) throw new Error(`${result} for ${expected}`);
      onResult(expected++);
    }
    await executor.shutdown();
  });
}

/** Jobs as in BullMQ's documentation: a finished job is removed at once with its result. */
const removedAtOnce = { idOf: (number) => `job-${number}`, options: { removeOnComplete: true } };

/** Jobs whose results are kept for a submitter that was disconnected, as in bight. */
const kept = {
  idOf: () => randomUUID(),
  options: { removeOnComplete: { age: 3600 }, removeOnFail: { age: 7 * 86_400 } },
};

/** The same with BullMQ alone: jobs are added in bulk, and the queue's event stream delivers their results. */
export async function mapWithBullMQ(load) {
  await mapWithJobs(load, removedAtOnce);
}

/** The same with kept results. */
export async function mapWithKeptResults(load) {
  await mapWithJobs(load, kept);
}

async function mapWithJobs({ url, queue: name, count, ahead, onResult = () => {} }, { idOf, options }) {
  const { hostname: host, port } = new URL(url);
  const connection = { host, port: Number(port), maxRetriesPerRequest: null };
  const queue = new Queue(name, { connection });
  const events = new QueueEvents(name, { connection });
  await Promise.all([queue.waitUntilReady(), events.waitUntilReady()]);
  const waiting = new Map();
  let wake = () => {};
  events.on('completed', ({ jobId, returnvalue }) => {
    const number = waiting.get(jobId);
    if (number === undefined) return;
    if (returnvalue !== number * 2) throw new Error(`${returnvalue} for ${number}`);
    waiting.delete(jobId);
    onResult(number);
    wake();
  });
  const numbered = numbers(count);
  for (let sent = 0; sent < count || waiting.size > 0; ) {
    const size = Math.min(BATCH, count - sent, ahead - waiting.size);
    if (size <= 0 || (size < BATCH && sent + size < count)) {
      await new Promise((resolve) => {
        wake = resolve;
      });
      continue;
    }
    const jobs = Array.from({ length: size }, () => {
      const number = numbered.next().value;
      const jobId = idOf(number);
      waiting.set(jobId, number);
      return { name: 'double', data: { number }, opts: { jobId, ...options } };
    });
    sent += size;
    await queue.addBulk(jobs);
  }
  await events.close();
  await queue.close();
}

function* numbers(count) {
  for (let number = 0; number < count; number++) yield number;
}

/** The latency of each job, in milliseconds, when one follows the other. */
export async function latencyWithBight({ url, queue, count }) {
  const times = [];
  await run(async () => {
    const executor = new QueueExecutor({ queue, connection: url });
    for (const number of numbers(count)) {
      const beganMs = performance.now();
      await executor.submit(double, [number]);
      times.push(performance.now() - beganMs);
    }
    await executor.shutdown();
  });
  return times;
}

/** The same with BullMQ alone. */
export async function latencyWithBullMQ({ url, queue: name, count }) {
  const { hostname: host, port } = new URL(url);
  const connection = { host, port: Number(port), maxRetriesPerRequest: null };
  const queue = new Queue(name, { connection });
  const events = new QueueEvents(name, { connection });
  await Promise.all([queue.waitUntilReady(), events.waitUntilReady()]);
  let completed = () => {};
  events.on('completed', () => completed());
  const times = [];
  for (const number of numbers(count)) {
    const beganMs = performance.now();
    const ended = new Promise((resolve) => {
      completed = resolve;
    });
    await queue.add('double', { number }, { removeOnComplete: true });
    await ended;
    times.push(performance.now() - beganMs);
  }
  await events.close();
  await queue.close();
  return times;
}

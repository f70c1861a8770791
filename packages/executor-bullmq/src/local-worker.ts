// The main file of a worker process of `QueueExecutor.local()`. It runs one job at a time, on a loop of its own.
import v8 from 'node:v8';
import { serialize } from '@bight/executors/low-level';
import { newEventLoop, setEventLoop } from '@bight/loop-core';
import type { FromWorker, LocalCall, ToWorker } from './local/worker-messages.js';
import { KnownVariables } from './running/known-variables.js';
import { exportedFunction } from './running/module-functions.js';
import { type JobEnd, type JobLoop, RunningJob } from './running/running-job.js';
import { failureText } from './values/failure.js';

const known = new KnownVariables();
let running: RunningJob | null = null;
let wasCancelled = false;

function send(message: FromWorker): void {
  process.send!(message, () => {});
}

function answerTo(end: JobEnd): FromWorker {
  if (end.state === 'cancelled') return { type: 'bight:cancelled' };
  if (end.state !== 'returned')
    return { type: 'bight:failed', error: failureText(end.error), isFinal: end.state === 'refused' };
  try {
    return { type: 'bight:returned', value: serialize(end.value, 'the result of the job') };
  } catch (error) {
    return { type: 'bight:failed', error: failureText(error), isFinal: true };
  }
}

async function run(
  loop: JobLoop,
  { id, attempt, url, name, values, headers, timeoutSeconds }: LocalCall,
): Promise<void> {
  wasCancelled = false;
  try {
    const [args, variables] = v8.deserialize(values) as [unknown[], [string, unknown][]];
    const module = await known.during(
      () => import(/* webpackIgnore: true */ url) as Promise<Record<string, unknown>>,
    );
    const progress = (value: unknown) =>
      send({ type: 'bight:progress', value: serialize(value, 'the progress of the job') });
    const find = () => exportedFunction(module, name, url);
    const job = { id, attempt, headers, progress };
    running = new RunningJob(loop, find, known, { job, name, args, variables, timeoutSeconds });
    if (wasCancelled) running.cancel(loop);
    const end = await running.ended;
    running = null;
    send(answerTo(end));
  } catch (error) {
    send({ type: 'bight:failed', error: failureText(error), isFinal: true });
  }
}

/** bight's loop where bight is installed, so that jobs can use its network; else one that has none. */
async function makeLoop() {
  await import('bight').catch(() => undefined);
  return newEventLoop();
}

/** No `await` at the top: a CommonJS bundle may have none. */
async function main(): Promise<void> {
  const loop = await makeLoop();
  setEventLoop(loop);
  process.on('message', (message: ToWorker) => {
    if (message.type === 'call') return void run(loop as unknown as JobLoop, message);
    wasCancelled = true;
    running?.cancel(loop as unknown as JobLoop);
  });
  // The executor is gone, or ends this process.
  process.on('disconnect', () => process.exit());
  if (!process.connected) process.exit();
  // Ctrl-C in a terminal reaches the whole group; the executor decides about its jobs.
  process.on('SIGINT', () => undefined);
  await loop.runForever();
}

void main();

import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { expect, test } from '@jest/globals';
import { nodeArguments } from '../../../../test/support/compiled.js';
import { repository } from '../../../../test/support/workspace.js';

const module = pathToFileURL(path.join(repository, 'packages/inspect/src/server/main-thread.js')).href;

/** Inspects the main thread, opens the other end of a pipe, and ends when the main thread has got the answer. */
const LOOK = `
  const { closeSync, openSync } = require('node:fs');
  const { parentPort, workerData } = require('node:worker_threads');
  import(workerData.module).then(async ({ endLooks, lookAtMainThread }) => {
    parentPort.once('message', endLooks);
    parentPort.postMessage(await lookAtMainThread(workerData.call));
    if (workerData.pipe !== undefined) closeSync(openSync(workerData.pipe, 'w'));
    if (workerData.flag !== undefined) Atomics.store(workerData.flag, 0, 1);
  });
`;

test('a main thread that a system call blocks has no stack, and the inspecting thread goes on', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bight-main-thread-'));
  const pipe = path.join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const worker = new Worker(LOOK, { eval: true, workerData: { module, pipe, call: null } });
  const answer = once(worker, 'message');
  const ended = once(worker, 'exit');
  // Until the other end is opened.
  closeSync(openSync(pipe, 'r'));
  rmSync(folder, { recursive: true });
  expect(await answer).toEqual([null]);
  worker.postMessage('end');
  expect(await ended).toEqual([0]);
});

test.each([null, 'counts()', 'snapshot()'])(
  'a main thread that runs JavaScript shows its stack; asked for its loops with %p',
  async (call) => {
    const flag = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(LOOK, { eval: true, workerData: { module, flag, call } });
    const answer = once(worker, 'message');
    const ended = once(worker, 'exit');
    function spinUntilSeen(): void {
      while (Atomics.load(flag, 0) === 0);
    }
    spinUntilSeen();
    const [seen] = (await answer) as [{ stack: string[]; loops: unknown[] }];
    expect(seen.stack[0]).toMatch(/^spinUntilSeen .*main-thread/);
    expect(seen.loops).toEqual([]);
    worker.postMessage('end');
    await ended;
  },
);

test.each([
  ['over', 30],
  ['underWay', 20],
  ['inspector', 3],
  ['exit', 1],
])(
  'a process survives the end of threads that have inspected it; scene %p, %p times',
  async (scene, count) => {
    const program = nodeArguments('packages/inspect/test/fixtures/looked-at.ts', [scene, String(count)]);
    const env = { ...process.env, LOOKING: module };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, program, { env });
    // What Node prints for a process that ends during an inspection, for which it waits.
    const errors = stderr.replace('Waiting for the debugger to disconnect...\n', '');
    expect([stdout, errors]).toEqual(['has ended\n', '']);
  },
);

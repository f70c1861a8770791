import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, test } from '@jest/globals';
import { repository } from '../../../../test/support/workspace.js';

const module = pathToFileURL(path.join(repository, 'packages/inspect/src/server/main-thread.js')).href;

/** Looks at the main thread; when this thread ends, the other end of a pipe opens. */
const LOOK = `
  const { closeSync, openSync } = require('node:fs');
  const { parentPort, workerData } = require('node:worker_threads');
  if (workerData.pipe !== undefined) process.on('exit', () => closeSync(openSync(workerData.pipe, 'w')));
  import(workerData.module).then(async ({ lookAtMainThread }) => {
    parentPort.postMessage(await lookAtMainThread(workerData.call));
    if (workerData.flag !== undefined) Atomics.store(workerData.flag, 0, 1);
  });
`;

test('a main thread that a system call blocks gives nothing to see, and the thread that looks goes on', async () => {
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
  expect(await ended).toEqual([0]);
});

test.each([null, 'counts()', 'snapshot()'])(
  'a main thread in the midst of JavaScript shows where it stands; asked for its loops with %p',
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
    await ended;
  },
);

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
  process.on('exit', () => closeSync(openSync(workerData.pipe, 'w')));
  import(workerData.module).then(async ({ lookAtMainThread }) => {
    parentPort.postMessage(await lookAtMainThread());
  });
`;

test('a main thread that a system call blocks gives nothing to see, and the thread that looks goes on', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bight-main-thread-'));
  const pipe = path.join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const worker = new Worker(LOOK, { eval: true, workerData: { module, pipe } });
  const answer = once(worker, 'message');
  const ended = once(worker, 'exit');
  // Until the other end is opened.
  closeSync(openSync(pipe, 'r'));
  rmSync(folder, { recursive: true });
  expect(await answer).toEqual([null]);
  expect(await ended).toEqual([0]);
});

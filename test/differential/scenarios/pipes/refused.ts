import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getRunningLoop, sleep } from 'bight';
import { PipeRecorder } from '../../support/pipe-recorder.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const folder = mkdtempSync(path.join(tmpdir(), 'bight-'));
  const file = openSync(path.join(folder, 'file'), 'w+');
  try {
    await loop.connectReadPipe(() => new PipeRecorder(trace), file);
  } catch (error) {
    trace(trace.kind(error), writeSync(file, 'open'));
  }
  try {
    await loop.connectWritePipe(() => new PipeRecorder(trace), file);
  } catch (error) {
    trace(trace.kind(error), writeSync(file, 'open'));
  }
  closeSync(file);
  rmSync(folder, { recursive: true });
  await sleep(0);
}

import { Buffer } from 'node:buffer';
import { createTask, StreamReader, sleep, wait, waitFor } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const reader = new StreamReader();
  reader.feedData(Buffer.from('part'));
  for (const attempt of [
    () => reader.readline(),
    () => reader.readexactly(9),
    () => reader.readuntil(Buffer.from('--')),
  ]) {
    try {
      await waitFor(attempt(), 0.01);
    } catch (error) {
      trace(error);
    }
    const task = createTask(attempt);
    await sleep(0);
    task.cancel();
    reader.feedData(Buffer.from('.'));
    await wait([task]);
    trace(task.cancelled());
  }
  reader.feedEof();
  trace((await reader.read()).toString());
}

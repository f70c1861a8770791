import { Buffer } from 'node:buffer';
import { createTask, type Future, StreamReader, sleep } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const reader = new StreamReader();
  const reads: [string, () => Future<Buffer>][] = [
    ['read', () => reader.read(5)],
    ['readline', () => reader.readline()],
    ['readexactly', () => reader.readexactly(3)],
    ['read all', () => reader.read()],
  ];
  for (const [name, read] of reads) {
    for (const isFed of [false, true]) {
      const task = createTask(async () => await read());
      await sleep(0);
      if (isFed) reader.feedData(Buffer.from('\n'));
      task.cancel('one');
      task.cancel('two');
      try {
        trace(name, await task);
      } catch (error) {
        trace(name, isFed, error, task.cancelling());
      }
      if (isFed) trace(await reader.readline());
    }
  }
}

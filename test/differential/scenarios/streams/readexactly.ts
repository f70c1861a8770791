import { Buffer } from 'node:buffer';
import { createTask, IncompleteReadError, StreamReader, sleep } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const reader = new StreamReader({ limit: 4 });

  async function exactly(count: number): Promise<void> {
    try {
      trace((await reader.readexactly(count)).toString());
    } catch (error) {
      if (error instanceof IncompleteReadError) trace(error.partial.toString(), error.expected);
      else trace(trace.kind(error));
    }
  }

  await exactly(0);
  await exactly(-1);
  let task = createTask(() => exactly(10));
  for (const piece of ['abc', 'defg', 'hijkl']) {
    await sleep(0);
    reader.feedData(Buffer.from(piece));
  }
  await task;
  task = createTask(() => exactly(3));
  await sleep(0);
  reader.feedEof();
  await task;
  await exactly(1);
}

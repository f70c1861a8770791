import { Buffer } from 'node:buffer';
import { createTask, StreamReader, sleep, ValueError } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const reader = new StreamReader({ limit: 5 });
  for (const piece of ['ab', 'c\n', 'too long\nok\n', '12345\n123456']) reader.feedData(Buffer.from(piece));

  async function line(): Promise<void> {
    try {
      trace((await reader.readline()).toString());
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      trace(error);
    }
  }

  for (let number = 0; number < 5; number++) await line();
  const task = createTask(line);
  await sleep(0);
  reader.feedData(Buffer.from('x\ny'));
  reader.feedEof();
  await task;
  await line();
  await line();
}

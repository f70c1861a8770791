import { Buffer } from 'node:buffer';
import { createTask, StreamReader, sleep } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const reader = new StreamReader();
  reader.feedData(Buffer.from('hello '));
  reader.feedData(Buffer.from('world'));
  for (const count of [0, 3, 4, 100]) trace((await reader.read(count)).toString());

  async function read(count: number): Promise<void> {
    trace('read', (await reader.read(count)).toString(), reader.atEof());
  }

  let task = createTask(() => read(2));
  await sleep(0);
  reader.feedData(Buffer.from(''));
  await sleep(0);
  reader.feedData(Buffer.from('abc'));
  await task;
  task = createTask(() => read(-1));
  await sleep(0);
  reader.feedData(Buffer.from('de'));
  await sleep(0);
  reader.feedEof();
  trace(reader.atEof());
  await task;
  await read(5);
  await read(-1);
}

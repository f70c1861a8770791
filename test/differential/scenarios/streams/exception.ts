import { Buffer } from 'node:buffer';
import { createTask, StreamReader, sleep, ValueError } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const reader = new StreamReader();
  reader.feedData(Buffer.from('data'));

  async function line(): Promise<void> {
    try {
      await reader.readline();
    } catch (error) {
      trace(trace.kind(error));
    }
  }

  const task = createTask(line);
  await sleep(0);
  await line();
  reader.setException(new ValueError('broken'));
  await task;
  await line();
  trace(reader.exception(), reader.atEof());
}

import { Buffer } from 'node:buffer';
import { createTask, IncompleteReadError, LimitOverrunError, StreamReader, sleep } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const reader = new StreamReader({ limit: 8 });

  async function until(separator: string): Promise<void> {
    try {
      trace((await reader.readuntil(Buffer.from(separator))).toString());
    } catch (error) {
      if (error instanceof LimitOverrunError) {
        trace('overrun', error.consumed);
        trace((await reader.read(100)).toString());
      } else if (error instanceof IncompleteReadError) {
        trace('incomplete', error.partial.toString(), error.expected);
      } else {
        throw error;
      }
    }
  }

  for (const [pieces, separator] of [
    [['abc\r', '\nrest'], '\r\n'],
    [['AA', 'AB'], 'AAB'],
    [['12345678--'], '--'],
    [['123456789--'], '--'],
    [['123456', '7890'], '--'],
  ] as const) {
    const task = createTask(() => until(separator));
    for (const piece of pieces) {
      await sleep(0);
      reader.feedData(Buffer.from(piece));
    }
    await task;
  }
  reader.feedData(Buffer.from('last-'));
  reader.feedEof();
  await until('--');
  trace(reader.atEof());
}

import { Buffer } from 'node:buffer';
import { createTask, type ReadTransport, StreamReader, sleep } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const transport = {
    pauseReading: () => trace('pause'),
    resumeReading: () => trace('resume'),
  } as unknown as ReadTransport;

  const reader = new StreamReader({ limit: 4 });
  reader.setTransport(transport);
  for (const piece of ['12345678', '9', 'abc']) {
    reader.feedData(Buffer.from(piece));
    trace('fed');
  }
  trace((await reader.read(7)).toString());
  trace((await reader.read(1)).toString());
  reader.feedData(Buffer.from('0123456789'));
  const task = createTask(() => reader.readexactly(16));
  await sleep(0);
  reader.feedData(Buffer.from('xyz'));
  trace((await task).toString());
}

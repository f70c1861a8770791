import { Buffer } from 'node:buffer';
import { createTask, sleep } from 'bight';
import { pair, selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  using sockets = pair();
  const { a, b } = sockets;
  const memory = Buffer.alloc(8, '.');
  const receive = async (): Promise<number> => await loop.sockRecvInto(a, memory);

  b.send(Buffer.from('abcdef'));
  trace(await loop.sockRecvInto(a, memory.subarray(2, 6)), memory);
  let task = createTask(receive);
  trace(await task, memory);
  task = createTask(receive);
  await sleep(0);
  b.send(Buffer.from('z'));
  trace(await task, memory);
  b.close();
  trace(await loop.sockRecvInto(a, memory), memory);
}

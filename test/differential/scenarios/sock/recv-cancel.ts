import { Buffer } from 'node:buffer';
import { CancelledError, createTask, sleep, wait, waitFor } from 'bight';
import { pair, selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  using sockets = pair();
  const { a, b } = sockets;

  const receive = async (): Promise<Buffer> => {
    try {
      return await loop.sockRecv(a, 10);
    } catch (error) {
      if (error instanceof CancelledError) trace('cancelled');
      throw error;
    }
  };

  let task = createTask(receive);
  await sleep(0);
  task.cancel();
  const again = createTask(receive);
  b.send(Buffer.from('first'));
  trace(await again);
  trace(task.cancelled());
  try {
    await waitFor(loop.sockRecv(a, 10), 0.01);
  } catch (error) {
    trace(error);
  }
  b.send(Buffer.from('second'));
  trace(await loop.sockRecv(a, 10));
  task = createTask(receive);
  await sleep(0);
  b.send(Buffer.from('third'));
  task.cancel();
  await wait([task]);
  trace(task.cancelled(), await loop.sockRecv(a, 10));
}

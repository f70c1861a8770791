import { Buffer } from 'node:buffer';
import { createTask, sleep, wait } from 'bight';
import { fill, pair, selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  using sockets = pair();
  const { a, b } = sockets;

  loop.callSoon(trace, ['a turn']);
  trace(await loop.sockSendall(a, Buffer.from('small')), await loop.sockSendall(a, Buffer.alloc(0)));
  await sleep(0);
  trace(await loop.sockRecv(b, 100));
  const data = Buffer.alloc(256 * 20000, Buffer.from(Array.from({ length: 256 }, (_, index) => index)));
  const send = async (bytes: Buffer): Promise<void> => {
    await loop.sockSendall(a, bytes);
    trace('sent');
  };
  const sending = createTask(async () => {
    await send(data);
  });
  let received = Buffer.alloc(0);
  while (received.length < data.length) {
    received = Buffer.concat([received, await loop.sockRecv(b, 1000000)]);
  }
  await sending;
  trace(received.equals(data));
  let filled = fill(a);
  const task = createTask(async () => {
    await send(Buffer.from('cancelled'));
  });
  await sleep(0);
  task.cancel();
  await wait([task]);
  trace(task.cancelled());
  while (filled > 0) {
    const piece = await loop.sockRecv(b, 1000000);
    filled -= piece.length;
  }
  await loop.sockSendall(a, Buffer.from('next'));
  trace(await loop.sockRecv(b, 100));
}

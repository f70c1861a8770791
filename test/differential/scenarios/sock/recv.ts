import { Buffer } from 'node:buffer';
import { createTask, sleep } from 'bight';
import { pair, selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  using first = pair();
  using second = pair();
  const { a, b } = first;
  const { a: c, b: d } = second;
  b.send(Buffer.from('there'));
  loop.callSoon(trace, ['a turn']);
  trace(await loop.sockRecv(a, 3), await loop.sockRecv(a, 10));
  await sleep(0);

  const reader = (): void => {
    trace('reader', c.recv(10));
    loop.removeReader(c);
    loop.callSoon(trace, ['soon']);
  };
  const receive = async (): Promise<void> => {
    trace(await loop.sockRecv(a, 10));
    loop.callSoon(trace, ['soon after']);
  };

  loop.addReader(c, reader);
  const task = createTask(receive);
  await sleep(0);
  b.send(Buffer.from('late'));
  d.send(Buffer.from('late'));
  await task;
  await sleep(0);
  b.close();
  trace(await loop.sockRecv(a, 10));
  trace(await loop.sockRecv(a, 10));
}

import { Buffer } from 'node:buffer';
import { sleep, ValueError } from 'bight';
import { pair, selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  using sockets = pair();
  const { a, b } = sockets;
  const done = loop.createFuture<void>();
  loop.setExceptionHandler((_loop, context) => trace(trace.context(context)));

  const ready = (): void => {
    const data = a.recv(1).toString();
    if (data === '2') done.setResult(undefined);
    throw new ValueError(data);
  };

  loop.addReader(a, ready);
  b.send(Buffer.from('012'));
  await done;
  await sleep(0);
  trace(loop.removeReader(a));
}

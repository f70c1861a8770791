import { Buffer } from 'node:buffer';
import { sleep } from 'bight';
import { fill, pair, selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  using sockets = pair();
  const { a, b } = sockets;
  fill(a);
  let done = loop.createFuture<void>();

  const writable = (name: string): void => {
    trace(name);
    loop.removeWriter(a);
    done.setResult(undefined);
  };

  loop.addWriter(a, writable, ['room']);
  await sleep(0.01);
  trace(done.done());
  while (b.recv(1000000).length === 1000000);
  await done;
  done = loop.createFuture<void>();
  fill(a);
  loop.addWriter(a, writable, ['gone']);
  b.close();
  await done;
  try {
    a.send(Buffer.from('x'));
  } catch (error) {
    trace(error);
  }
}

import { Buffer } from 'node:buffer';
import { SHUT_WR } from '@bight/sockets';
import { pair, selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  using sockets = pair();
  const { a, b } = sockets;
  const done = loop.createFuture<void>();
  let left = 3;

  const ready = (): void => {
    trace(a.recv(10));
    if (--left > 0) return;
    loop.removeReader(a);
    done.setResult(undefined);
  };

  loop.addReader(a, ready);
  b.send(Buffer.from('last'));
  b.shutdown(SHUT_WR);
  await done;
  const soon = loop.createFuture<void>();
  loop.addWriter(a, () => {
    trace('writable');
    loop.removeWriter(a);
    soon.setResult(undefined);
  });
  await soon;
}

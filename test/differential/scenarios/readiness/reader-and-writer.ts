import { Buffer } from 'node:buffer';
import { pair, selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  using sockets = pair();
  const { a, b } = sockets;
  const done = loop.createFuture<void>();

  const writable = (): void => {
    trace('writable', a.send(Buffer.from('answer')));
    trace(loop.removeWriter(a), loop.removeWriter(a));
    loop.callSoon(() => done.setResult(undefined));
  };
  const readable = (): void => trace('readable', a.recv(10));

  b.send(Buffer.from('question'));
  loop.addWriter(a, writable);
  loop.addReader(a, readable);
  await done;
  trace(b.recv(10));
  trace(loop.removeWriter(a), loop.removeReader(a));
}

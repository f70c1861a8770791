import { Buffer } from 'node:buffer';
import { pair, selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  using sockets = pair();
  const { a, b } = sockets;
  const done = loop.createFuture<void>();

  const first = (mark: string, number: number): void => {
    trace('first', mark, number, a.recv(1));
    if (number === 1) trace(loop.addReader(a, second, ['y']));
  };
  const second = (mark: string): void => {
    const data = a.recv(1);
    trace('second', mark, data);
    if (data.toString() === 'c') done.setResult(undefined);
  };

  trace(loop.removeReader(a), loop.removeReader(a.fileno()));
  trace(loop.addReader(a.fileno(), first, ['x', 1]));
  b.send(Buffer.from('abc'));
  await done;
  trace(loop.removeReader(a), loop.removeReader(a), loop.removeWriter(a));
}

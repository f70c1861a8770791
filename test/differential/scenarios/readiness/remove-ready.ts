import { Buffer } from 'node:buffer';
import { pair, selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  using one = pair();
  using two = pair();
  using three = pair();
  const done = loop.createFuture<void>();

  const first = (): void => {
    trace('first', one.a.recv(10));
    trace(loop.removeReader(two.a));
    loop.addReader(three.a, replacement);
    loop.callSoon(trace, ['soon']);
  };
  const replacement = (): void => {
    trace('replacement', three.a.recv(10));
    done.setResult(undefined);
  };

  loop.addReader(one.a, first);
  loop.addReader(two.a, trace, ['not called']);
  loop.addReader(three.a, trace, ['not called either']);
  for (const { b } of [one, two, three]) b.send(Buffer.from('x'));
  await done;
  for (const { a } of [one, two, three]) trace(loop.removeReader(a));
}

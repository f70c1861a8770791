import { Buffer } from 'node:buffer';
import type { Socket } from '@bight/sockets';
import { pair, selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  using first = pair();
  using second = pair();
  using third = pair();
  const done = loop.createFuture<void>();

  const ready = (socket: Socket, name: string): void => {
    trace(name, socket.recv(10));
    loop.callSoon(trace, [`after ${name}`]);
    if (name === 'third') loop.callSoon(() => done.setResult(undefined));
  };

  const all = Object.entries({ first, second, third });
  for (const [name, { a }] of all) loop.addReader(a, ready, [a, name]);
  for (const [, { b }] of all) b.send(Buffer.from('x'));
  await done;
  for (const [, { a }] of all) trace(loop.removeReader(a));
}

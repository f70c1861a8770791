import { Buffer } from 'node:buffer';
import type { Socket } from '@bight/sockets';
import { newEventLoop, type SelectorEventLoop } from 'bight';
import { pair } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

export async function run(trace: Trace): Promise<void> {
  const loop = newEventLoop() as SelectorEventLoop;
  using first = pair();
  using second = pair();

  const ready = (socket: Socket, name: string): void => {
    trace(name, socket.recv(1));
    loop.stop();
    loop.callSoon(trace, [`after ${name}`]);
  };

  loop.addReader(first.a, ready, [first.a, 'one']);
  loop.addReader(second.a, ready, [second.a, 'two']);
  first.b.send(Buffer.from('12'));
  second.b.send(Buffer.from('3'));
  await loop.runForever();
  trace('stopped');
  await loop.runForever();
  trace('stopped again');
  loop.removeReader(first.a);
  loop.removeReader(second.a);
  first.b.send(Buffer.from('4'));
  loop.close();
  trace(loop.removeReader(first.a));
  try {
    loop.addReader(first.a, () => {});
  } catch (error) {
    trace(error);
  }
}

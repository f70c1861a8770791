import { Buffer } from 'node:buffer';
import { ContextVar } from 'bight';
import { pair, selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

const variable = new ContextVar<string>('var', { default: 'nothing' });

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  using sockets = pair();
  const { a, b } = sockets;
  const done = loop.createFuture<void>();

  const ready = (): void => {
    trace(a.recv(1), variable.get());
    variable.set(`${variable.get()}, ready`);
    loop.callSoon(() => trace('soon', variable.get()));
    if (variable.get().split('ready').length === 4) loop.callSoon(() => done.setResult(undefined));
  };

  variable.set('added');
  loop.addReader(a, ready);
  variable.set('main');
  b.send(Buffer.from('123'));
  await done;
  trace(variable.get(), loop.removeReader(a));
}

import { ContextVar, getRunningLoop, ValueError } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

const variable = new ContextVar('var', { default: 'unset' });

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.setExceptionHandler((_loop, context) => trace(...trace.context(context)));
  let arrived = loop.createFuture<void>();

  function handler(): void {
    trace('in the handler', variable.get());
    variable.set(`${variable.get()}!`);
    arrived.setResult();
    arrived = loop.createFuture<void>();
    throw new ValueError('handled badly');
  }

  variable.set('registration');
  loop.addSignalHandler('SIGUSR1', handler);
  variable.set('later');
  for (let round = 0; round < 3; round++) {
    process.kill(process.pid, 'SIGUSR1');
    await arrived;
    trace('outside', variable.get());
  }
  trace(loop.removeSignalHandler('SIGUSR1'));
}

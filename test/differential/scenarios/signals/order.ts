import { currentTask, getRunningLoop } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const last = loop.createFuture<void>();

  function handler(...args: unknown[]): void {
    trace('signal', ...args, getRunningLoop() === loop, currentTask() === null);
    if (args[0] === 'USR2') last.setResult();
  }

  loop.addSignalHandler('SIGUSR1', handler, ['USR1', 1]);
  loop.addSignalHandler('SIGUSR2', handler, ['USR2']);
  loop.addSignalHandler('SIGHUP', handler, ['HUP']);

  function send(): void {
    for (const name of ['SIGHUP', 'SIGUSR1', 'SIGUSR2']) process.kill(process.pid, name);
    loop.callSoon(trace, ['ready before']);
  }

  loop.callSoon(send);
  await last;
  trace((['SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const).map((name) => loop.removeSignalHandler(name)));
}

import { newEventLoop } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

export async function run(trace: Trace): Promise<void> {
  for (let round = 0; round < 2; round++) {
    const loop = newEventLoop();
    trace('none', loop.removeSignalHandler('SIGUSR2'));
    loop.addSignalHandler('SIGUSR2', trace, ['first']);
    loop.addSignalHandler('SIGUSR2', () => {
      trace('second');
      loop.stop();
    });
    loop.callSoon(() => process.kill(process.pid, 'SIGUSR2'));
    await loop.runForever();
    if (round === 0) {
      trace('removed', loop.removeSignalHandler('SIGUSR2'), loop.removeSignalHandler('SIGUSR2'));
      loop.addSignalHandler('SIGUSR2', () => {
        trace('third');
        loop.stop();
      });
      loop.callSoon(() => process.kill(process.pid, 'SIGUSR2'));
      await loop.runForever();
    }
    loop.close();
  }
}

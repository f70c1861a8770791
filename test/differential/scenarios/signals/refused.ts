import { newEventLoop } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

async function coroutine(): Promise<void> {}

export async function run(trace: Trace): Promise<void> {
  const loop = newEventLoop();
  for (const number of [0, -1, 1000]) {
    for (const attempt of [
      () => loop.addSignalHandler(number, trace),
      () => loop.removeSignalHandler(number),
    ]) {
      try {
        attempt();
      } catch (error) {
        trace(number, trace.kind(error));
      }
    }
  }
  for (const number of [null, 1.5]) {
    try {
      loop.addSignalHandler(number as never, trace);
    } catch {
      trace('no number');
    }
  }
  try {
    loop.addSignalHandler('SIGUSR2', coroutine);
  } catch (error) {
    trace(error, loop.removeSignalHandler('SIGUSR2'));
  }
  loop.close();
  try {
    loop.addSignalHandler('SIGUSR2', trace);
  } catch (error) {
    trace(error);
  }
}

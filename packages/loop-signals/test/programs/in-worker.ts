import { parentPort } from 'node:worker_threads';
import { CoreEventLoop } from '@bight/loop-core';
import { withSignals } from '@bight/loop-signals';

class SignalLoop extends withSignals(CoreEventLoop) {}

const loop = new SignalLoop();

function errorName(act: () => unknown): string {
  try {
    act();
    return 'none';
  } catch (error) {
    return (error as Error).name;
  }
}

parentPort?.postMessage({
  add: errorName(() => loop.addSignalHandler('SIGUSR2', () => {})),
  remove: loop.removeSignalHandler('SIGUSR2'),
});

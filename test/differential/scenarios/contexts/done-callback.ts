import { ContextVar, copyContext } from '@bight/contextvars';
import { createTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

const variable = new ContextVar('variable', { default: 'unset' });

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<null>();
  const explicit = copyContext();
  explicit.run(() => variable.set('explicit'));

  function callback(name: string): () => void {
    return () => {
      trace(name, variable.get());
      variable.set(name);
    };
  }

  async function setter(): Promise<void> {
    variable.set('of the setter');
    future.setResult(null);
  }

  variable.set('one');
  future.addDoneCallback(callback('first'));
  variable.set('two');
  future.addDoneCallback(callback('second'));
  future.addDoneCallback(callback('given'), { context: explicit });
  future.addDoneCallback(callback('given too'), { context: explicit });
  variable.set('three');
  await createTask(setter);
  await future;
  future.addDoneCallback(callback('when done'));
  variable.set('four');
  await sleep(0);
  trace('main', variable.get(), explicit.lookup(variable));
}

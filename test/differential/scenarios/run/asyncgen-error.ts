import { ValueError } from '@bight/loop-abstract';
import { getRunningLoop, run as runLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function run(trace: Trace): Promise<void> {
  async function* numbers(name: string, fail: boolean): AsyncGenerator<string> {
    try {
      yield name;
    } finally {
      trace('closing', name);
      await sleep(0);
      if (fail) throwError(name);
      trace('closed', name);
    }
  }

  function throwError(name: string): void {
    throw new ValueError(name);
  }

  async function main(fail: boolean): Promise<void> {
    const generator = numbers(fail ? 'failing' : 'good', fail);
    getRunningLoop().trackAsyncgen(generator);
    trace((await generator.next()).value);
  }

  await runLoop(() => main(true));
  await runLoop(() => main(false));
}

import { ValueError } from '@bight/loop-abstract';
import { gather, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function stubborn(name: string): Promise<string> {
    try {
      await loop.createFuture<string>();
    } catch {
      trace(name, 'swallows');
    }
    return name;
  }

  async function failing(): Promise<string> {
    try {
      return await loop.createFuture<string>();
    } catch {
      throw new ValueError('instead of being cancelled');
    }
  }

  const makers = [
    () => gather([() => stubborn('a'), () => stubborn('b')]),
    () => gather([failing, () => stubborn('c')]),
  ];
  for (const make of makers) {
    const outer = make();
    await sleep(0);
    trace('cancel', outer.cancel('stop'), outer.done());
    try {
      trace(await outer);
    } catch (error) {
      trace('raised', error, outer.cancelled());
    }
    await sleep(0);
    trace('again', outer.cancel());
  }
}

import { setImmediate as turn } from 'node:timers/promises';

/** Whether V8 runs the finalizer of an object that it collects, within a hundred collections. */
export async function runsFinalizers(collectGarbage: () => void): Promise<boolean> {
  let called = 0;
  const registry = new FinalizationRegistry(() => called++);
  (() => registry.register({}, 0))();
  await turn();
  for (let turns = 0; turns < 100 && called === 0; turns++) {
    collectGarbage();
    await turn();
  }
  return called === 1;
}

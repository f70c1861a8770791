import { setImmediate as turn } from 'node:timers/promises';
import vm from 'node:vm';
import { expect, test } from '@jest/globals';
import { ThreadPoolExecutor } from '../../src/index.js';

test('an executor without a reference ends its workers', async () => {
  const collectGarbage = vm.runInNewContext('gc') as () => void;
  const words = new Int32Array(new SharedArrayBuffer(4));
  const noteExit = (shared: Int32Array) => {
    process.on('exit', () => Atomics.store(shared, 0, 1));
  };
  await new ThreadPoolExecutor({ maxWorkers: 1 }).submit(noteExit, [words]);
  while (Atomics.load(words, 0) === 0) {
    collectGarbage();
    await turn();
  }
  expect(words[0]).toBe(1);
});

// Foreign ticks and microtasks throw between the loop's callbacks, and the process survives: so must the loop.
import { AsyncLocalStorage } from 'node:async_hooks';
import { CoreEventLoop, sleep } from '@bight/loop-core';

const seen: string[] = [];
process.on('uncaughtException', ({ message }) => seen.push(message));
const storage = new AsyncLocalStorage<string>();

const loop = new CoreEventLoop();
await loop.runUntilComplete(async () => {
  for (const name of ['one', 'two']) {
    process.nextTick(() => {
      throw new Error(`tick ${name}`);
    });
    queueMicrotask(() => {
      throw new Error(`microtask ${name}`);
    });
    await storage.run(name, () => sleep(0));
    seen.push(`${name} was awaited`);
    await sleep(0.001);
  }
});
loop.close();
console.log(seen.sort().join(', '));

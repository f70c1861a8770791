// Prints whether Node's ticks still have the shape that they had before a few collections that found none of them alive.
import { executionAsyncResource } from 'node:async_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { CoreEventLoop, sleep } from '@bight/loop-core';
import { keptTick } from '../../src/hosts/node/tick-shape.js';

setFlagsFromString('--allow-natives-syntax');
setFlagsFromString('--expose-gc');
const haveSameShape = new Function('a', 'b', 'return %HaveSameMap(a, b)') as (
  a?: object,
  b?: object,
) => boolean;
const collect = runInNewContext('gc') as () => void;

const loop = new CoreEventLoop();
await loop.runUntilComplete(async () => {
  for (let i = 0; i < 1_000; i++) {
    // The platform's turn puts the loop to sleep, and what comes then wakes it by a tick.
    await new Promise((resolve) => setImmediate(resolve));
    await sleep(0);
  }
  for (let i = 0; i < 6; i++) {
    collect();
    await sleep(0.001);
  }
});
loop.close();
await new Promise<void>((resolve) => {
  process.nextTick(() => {
    console.log(haveSameShape(keptTick(), executionAsyncResource()));
    resolve();
  });
});

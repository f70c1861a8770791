// What a tick of Node's costs before and after full collections that found no tick alive; with an argument, one is kept alive
// meanwhile, as our loops do (packages/loop-core/src/hosts/node/tick-shape.ts).
//
//   node --expose-gc bench/ticks.mjs [keep]
import { executionAsyncResource } from 'node:async_hooks';
import { setTimeout } from 'node:timers/promises';
import { median, nanosecondsPerOperation } from './lib/rounds.mjs';

const COUNT = 100_000;
const keeps = process.argv[2] === 'keep';
let kept;

const ticks = () =>
  nanosecondsPerOperation(
    COUNT,
    () =>
      new Promise((resolve) => {
        let left = COUNT;
        const next = () => (--left > 0 ? process.nextTick(next) : resolve());
        next();
      }),
  );

async function measure(when) {
  const rounds = [];
  for (let round = 0; round < 9; round++) rounds.push(await ticks());
  // The first ones warm it up.
  console.log(process.version, when, `${median(rounds.slice(4)).toFixed(0)} ns`);
}

await measure('before');
if (keeps) {
  process.nextTick(() => {
    kept = executionAsyncResource();
  });
}
for (let i = 0; i < 6; i++) {
  globalThis.gc();
  await setTimeout(5);
}
await measure(keeps ? 'after, one tick kept' : 'after');
if (keeps && kept === undefined) throw new Error('no tick was kept');

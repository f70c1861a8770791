// What the platform itself charges for the steps that a loop cannot do without: the floors under the figures of
// ./scheduling.mjs. No code of ours runs here.
//
//   node bench/floors.mjs
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { median, nanosecondsPerOperation } from './lib/rounds.mjs';

const storage = new AsyncLocalStorage();
const frame = { context: null };
const nothing = () => {};
const COUNT = 100_000;

/** An awaitable that is resumed by a tick, as a loop has to: the least that `await sleep(0)` can be. */
const nextTurn = {
  then(resolve) {
    process.nextTick(resolve);
  },
};

const floors = {
  'capture the async context': () => {
    for (let i = 0; i < COUNT; i++) new AsyncResource('floor');
  },
  'capture it, and enter a frame of its own': () => {
    for (let i = 0; i < COUNT; i++) {
      new AsyncResource('floor').runInAsyncScope(() => {
        storage.enterWith({ context: i });
        nothing();
      });
    }
  },
  'await one tick': async () => {
    for (let i = 0; i < COUNT; i++) await nextTurn;
  },
  'run an async function in a frame, and await it over one tick': async () => {
    for (let i = 0; i < COUNT; i++) {
      const done = {
        then(resolve) {
          process.nextTick(() => {
            new AsyncResource('floor').runInAsyncScope(() => {
              storage.enterWith({ context: i });
              void (async () => {})().then(() => process.nextTick(resolve));
            });
          });
        },
      };
      await done;
    }
  },
};

console.log(process.version);
for (const [name, work] of Object.entries(floors)) {
  const rounds = [];
  for (let round = 0; round < 7; round++) {
    rounds.push(await storage.run(frame, () => nanosecondsPerOperation(COUNT, work)));
  }
  console.log(name.padEnd(64), `${median(rounds).toFixed(0)} ns`);
}

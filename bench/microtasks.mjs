// The cost of one `await` that a callback resumes, when the next callback runs after the microtasks: waiting for these
// through a tick, against draining them (decision 019). It uses only Node.
//
//   node bench/microtasks.mjs
import { AsyncLocalStorage } from 'node:async_hooks';
import { median } from './lib/rounds.mjs';

const COUNT = 200_000;
const ROUNDS = 7;
const resolved = Promise.resolve();

/** An awaitable that is done when its `resume` is called. */
class Wait {
  then(resume) {
    this.resume = resume;
  }
}

/** Starts an async function that awaits, counts, and awaits again. */
function startToAwait() {
  const state = { count: 0, wait: null, stopped: false };
  void (async () => {
    while (!state.stopped) {
      state.wait = new Wait();
      await state.wait;
      state.count++;
    }
  })();
  return state;
}

const ways = {
  tick: (state, finished) => {
    const step = () => {
      if (state.count === COUNT) return finished();
      state.wait.resume();
      void resolved.then(() => process.nextTick(step));
    };
    process.nextTick(step);
  },
  drain: (state, finished) => {
    setImmediate(() => {
      process._tickCallback();
      while (state.count < COUNT) {
        const { count } = state;
        state.wait.resume();
        process._tickCallback();
        if (state.count !== count + 1) throw new Error('the microtasks did not run');
      }
      finished();
    });
  },
};

async function nanoseconds(way) {
  const state = startToAwait();
  await null;
  const began = process.hrtime.bigint();
  await new Promise((resolve) => way(state, resolve));
  state.stopped = true;
  return Number(process.hrtime.bigint() - began) / COUNT;
}

const times = { tick: [], drain: [] };
// A storage with a value: the hooks of Node 20 and 22 carry it from promise to promise, as for bight.
await new AsyncLocalStorage().run('a value', async () => {
  for (let round = -1; round < ROUNDS; round++) {
    for (const name of Object.keys(ways)) {
      const time = await nanoseconds(ways[name]);
      if (round >= 0) times[name].push(time);
    }
  }
});
const ratio = median(times.tick.map((time, round) => time / times.drain[round]));
console.log(
  `node ${process.versions.node}: ${median(times.tick).toFixed(0)} ns through a tick, ` +
    `${median(times.drain).toFixed(0)} ns drained, ${ratio.toFixed(2)} ×`,
);

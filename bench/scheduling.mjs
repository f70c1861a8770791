// loop-core against CPython's asyncio, uvloop, and Node's own primitives.
//
//   pnpm build && node --expose-gc bench/scheduling.mjs [--rounds 9] [--only TEXT] [--install] [--json]
import { AsyncLocalStorage } from 'node:async_hooks';
import { copyContext } from '@bight/contextvars';
import { captureOthers, contextIn, currentRunContext, runContext, runIn } from '@bight/contextvars/low-level';
import { CancelScope, CoreEventLoop, createTask, moveOnAfter, sleep } from '@bight/loop-core';
import { startPythonPeer } from './lib/python-peer.mjs';
import { nanosecondsPerOperation } from './lib/rounds.mjs';
import { findRuntimes } from './lib/runtimes.mjs';
import { runSuite, suiteOptions } from './lib/suite.mjs';

const options = suiteOptions();

const BATCH = 1_000;
const loop = new CoreEventLoop();
const pinned = { context: copyContext() };
const storage = new AsyncLocalStorage();
const nothing = () => {};
const asyncFunction = async () => {};
const generatorFunction = function* () {};
const runtimes = findRuntimes(options);
const peers = {
  asyncio: await startPythonPeer(runtimes.python, 'asyncio_scheduling.py', 'asyncio'),
  uvloop: await startPythonPeer(runtimes.uvloop, 'asyncio_scheduling.py', 'uvloop'),
};
const isOld = Number(process.versions.node.split('.')[0]) < 24;

/** The contenders asyncio and uvloop, if they are installed. */
const python = (name) =>
  Object.fromEntries(
    Object.entries(peers).flatMap(([peer, { measure }]) =>
      measure === undefined ? [] : [[peer, () => measure(name)]],
    ),
  );

const inTask = (count, work) => () =>
  nanosecondsPerOperation(count, () => loop.runUntilComplete(() => work(count)));

/** From inside the loop, as callbacks and coroutines do. */
const callSoon = (options) =>
  inTask(BATCH * 100, async (count) => {
    for (let left = count; left > 0; left -= BATCH) {
      for (let i = 0; i < BATCH; i++) loop.callSoon(nothing, undefined, options);
      await new Promise((resolve) => loop.callSoon(resolve));
    }
  });

/** While the loop does not run; it is started and stopped for each batch. */
const callSoonOutside = (options) => () =>
  nanosecondsPerOperation(BATCH * 100, async () => {
    for (let round = 0; round < 100; round++) {
      for (let i = 0; i < BATCH; i++) loop.callSoon(nothing, undefined, options);
      loop.stop();
      await loop.runForever();
    }
  });

const primitive = (schedule) => () =>
  nanosecondsPerOperation(BATCH * 100, async () => {
    for (let round = 0; round < 100; round++) {
      for (let i = 0; i < BATCH; i++) schedule(nothing);
      await new Promise((resolve) => schedule(resolve));
    }
  });

const contests = [
  {
    name: 'callSoon, fresh context',
    base: 'bight',
    contenders: {
      bight: callSoon(undefined),
      setImmediate: primitive(setImmediate),
      queueMicrotask: primitive(queueMicrotask),
      ...python('call_soon'),
    },
    targets: { asyncio: 8, setImmediate: 1 },
  },
  {
    name: 'callSoon, pinned context',
    base: 'bight',
    contenders: { bight: callSoon(pinned), ...python('call_soon_pinned') },
    targets: { asyncio: 25 },
  },
  {
    name: 'callSoon outside of the loop, fresh context',
    base: 'bight',
    contenders: {
      bight: callSoonOutside(undefined),
      setImmediate: primitive(setImmediate),
      ...python('call_soon_outside'),
    },
    targets: { asyncio: 8, setImmediate: 1 },
  },
  {
    name: 'callSoon outside of the loop, pinned context',
    base: 'bight',
    contenders: { bight: callSoonOutside(pinned), ...python('call_soon_outside_pinned') },
    targets: { asyncio: 25 },
  },
  {
    name: 'callLater and cancel',
    base: 'bight',
    contenders: {
      bight: inTask(50_000, async (count) => {
        for (let i = 0; i < count; i++) loop.callLater(1_000, nothing).cancel();
      }),
      'setTimeout, clearTimeout': () =>
        nanosecondsPerOperation(50_000, () => {
          for (let i = 0; i < 50_000; i++) clearTimeout(setTimeout(nothing, 1_000_000));
        }),
      ...python('call_later_cancel'),
    },
    targets: { asyncio: 10, 'setTimeout, clearTimeout': 2 },
  },
  {
    name: 'await sleep(0), async function',
    base: 'bight',
    contenders: {
      bight: inTask(50_000, async (count) => {
        for (let i = 0; i < count; i++) await sleep(0);
      }),
      'await setImmediate': () =>
        nanosecondsPerOperation(20_000, async () => {
          for (let i = 0; i < 20_000; i++) await new Promise((resolve) => setImmediate(resolve));
        }),
      ...python('sleep_zero'),
    },
    targets: { asyncio: isOld ? 3 : 5 },
  },
  {
    name: 'yield* sleep(0), generator',
    base: 'bight',
    contenders: {
      bight: inTask(100_000, function* (count) {
        for (let i = 0; i < count; i++) yield* sleep(0);
      }),
      ...python('sleep_zero'),
    },
    targets: { asyncio: 10 },
  },
  {
    name: 'create and await a task, async',
    base: 'bight',
    contenders: {
      bight: inTask(20_000, async (count) => {
        for (let i = 0; i < count; i++) await createTask(asyncFunction);
      }),
      ...python('create_and_await'),
    },
    targets: { asyncio: 5 },
  },
  {
    name: 'create and await a task, generator',
    base: 'bight',
    contenders: {
      bight: inTask(40_000, function* (count) {
        for (let i = 0; i < count; i++) yield* createTask(generatorFunction);
      }),
      ...python('create_and_await'),
    },
    targets: { asyncio: 10 },
  },
  {
    name: 'a scope entered and left, plain function',
    base: 'bight',
    contenders: {
      bight: inTask(50_000, async (count) => {
        for (let i = 0; i < count; i++) new CancelScope().run(nothing);
      }),
      'enter a run context': inTask(50_000, async (count) => enterRunContexts(count)),
      'als.run': inTask(50_000, async (count) => {
        for (let i = 0; i < count; i++) storage.run(i, nothing);
      }),
      ...python('timeout_none'),
    },
  },
  {
    name: 'a scope entered and left, async function',
    base: 'bight',
    contenders: {
      bight: inTask(50_000, async (count) => {
        for (let i = 0; i < count; i++) await new CancelScope().run(asyncFunction);
      }),
      'await an async function': inTask(50_000, async (count) => {
        for (let i = 0; i < count; i++) await asyncFunction();
      }),
      ...python('timeout_none'),
    },
  },
  {
    name: 'a scope entered and left, generator',
    base: 'bight',
    contenders: {
      bight: inTask(50_000, function* (count) {
        for (let i = 0; i < count; i++) yield* new CancelScope().run(generatorFunction);
      }),
      ...python('timeout_none'),
    },
  },
  {
    name: 'a scope with a deadline entered and left, plain function',
    base: 'bight',
    contenders: {
      bight: inTask(50_000, async (count) => {
        for (let i = 0; i < count; i++) moveOnAfter(1_000).run(nothing);
      }),
      'callLater and cancel': inTask(50_000, async (count) => {
        for (let i = 0; i < count; i++) loop.callLater(1_000, nothing).cancel();
      }),
      ...python('timeout'),
    },
  },
];

/** The floor of a scope: entering run contexts, since the code inside has to know its scope. */
function enterRunContexts(count) {
  for (let i = 0; i < count; i++) {
    const run = currentRunContext();
    runIn(captureOthers(run), runContext(contextIn(run), loop, pinned), nothing, undefined, undefined);
  }
}

/** The heap memory of one of a million pending timers, without garbage. */
const bytesOfTimer = (start, cancel) => () => {
  const live = () => {
    globalThis.gc();
    return process.memoryUsage().heapUsed;
  };
  const before = live();
  const timers = Array.from({ length: 1_000_000 }, (_, i) => start(10_000 + i));
  const bytes = live() - before;
  for (const timer of timers) cancel(timer);
  return bytes / timers.length;
};

if (globalThis.gc === undefined) console.error('without --expose-gc the memory of timers is not measured');
else {
  contests.push({
    name: 'memory of a pending timer, of a million',
    unit: 'B',
    base: 'bight',
    contenders: {
      bight: bytesOfTimer(
        (seconds) => loop.callLater(seconds, nothing),
        (timer) => timer.cancel(),
      ),
      'setTimeout, clearTimeout': bytesOfTimer(
        (seconds) => setTimeout(nothing, seconds * 1_000),
        clearTimeout,
      ),
    },
  });
}

const skipped = Object.fromEntries(
  Object.entries(peers).flatMap(([name, { missing }]) => (missing === undefined ? [] : [[name, missing]])),
);
// V8 finishes compiling after a million operations: after four rounds a `callSoon` on Node 24 took 104 ns, after twelve
// 63.
const warm = contests.map((contest) => ({ ...contest, warmUps: contest.unit === 'B' ? 1 : 12 }));
await runSuite('scheduling', warm, { ...options, rounds: Number(options.rounds ?? 9), skipped });
for (const peer of Object.values(peers)) peer.stop?.();
loop.close();

// The core loop against CPython's asyncio and against Node's own primitives.
//
//   pnpm build && node --expose-gc bench/scheduling.mjs [--rounds 9] [--json]
import os from 'node:os';
import { parseArgs } from 'node:util';
import { copyContext } from '@bight/contextvars';
import { CoreEventLoop, createTask, sleep } from '@bight/loop-core';
import { startPythonPeer } from './lib/python-peer.mjs';
import { compete, nanosecondsPerOperation, printRows } from './lib/rounds.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, json: { type: 'boolean', default: false } },
});

const BATCH = 1_000;
const loop = new CoreEventLoop();
const pinned = { context: copyContext() };
const nothing = () => {};
const asyncFunction = async () => {};
const generatorFunction = function* () {};
const python = await startPythonPeer('asyncio_scheduling.py');
const isOld = Number(process.versions.node.split('.')[0]) < 24;

/** asyncio's figure, where there is a python3. */
const asyncio = (name) => (python === null ? {} : { asyncio: () => python.measure(name) });

const callSoon = (options) => () =>
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

const inTask = (count, work) => () =>
  nanosecondsPerOperation(count, () => loop.runUntilComplete(() => work(count)));

const contests = [
  {
    name: 'callSoon, fresh context',
    base: 'bight',
    contenders: {
      bight: callSoon(undefined),
      setImmediate: primitive(setImmediate),
      queueMicrotask: primitive(queueMicrotask),
      ...asyncio('call_soon'),
    },
    targets: { asyncio: 8, setImmediate: 1 },
  },
  {
    name: 'callSoon, pinned context',
    base: 'bight',
    contenders: { bight: callSoon(pinned), ...asyncio('call_soon_pinned') },
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
      ...asyncio('call_later_cancel'),
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
      ...asyncio('sleep_zero'),
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
      ...asyncio('sleep_zero'),
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
      ...asyncio('create_and_await'),
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
      ...asyncio('create_and_await'),
    },
    targets: { asyncio: 10 },
  },
];

/** What a million pending timers take of the heap, garbage not counted. */
function megabytesOfPendingTimers() {
  const live = () => {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  const before = live();
  for (let i = 0; i < 1_000_000; i++) loop.callLater(10_000 + i, nothing);
  return (live() - before) / 2 ** 20;
}

const machine = {
  node: process.version,
  python: python?.version ?? 'not installed',
  cpu: os.cpus()[0]?.model,
  cores: os.availableParallelism(),
};
const results = [];
if (!values.json) console.log(machine);
for (const contest of contests) {
  const rows = await compete(contest, Number(values.rounds));
  results.push(...rows);
  if (!values.json) printRows(rows);
}
const megabytes = megabytesOfPendingTimers();
if (values.json)
  console.log(JSON.stringify({ machine, results, megabytesOfPendingTimers: megabytes }, null, 2));
else console.log(`a million pending timers: ${megabytes.toFixed(0)} MB (target: under 200)`);
python?.stop();
loop.close();

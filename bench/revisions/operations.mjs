// The costs of frequent operations in one tree: `node operations.mjs TREE`. `../revisions.mjs` sends the name of an
// operation over IPC, and the answer is the processor time of one operation, in nanoseconds.
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const tree = process.argv[2];
const load = (file) => import(pathToFileURL(path.join(tree, 'packages', file)).href);
const { copyContext } = await load('contextvars/dist/index.js');
const { CoreEventLoop, createTask, gather, sleep } = await load('loop-core/dist/index.js');
const bight = await load('bight/dist/index.js');

const loop = new CoreEventLoop();
const pinned = { context: copyContext() };
const nothing = () => {};
const asyncFunction = async () => {};
const generatorFunction = function* () {};
const BATCH = 1_000;

const inTask = (count, work) => ({ count, run: () => loop.runUntilComplete(() => work(count)) });

const callSoon = (options) =>
  inTask(50 * BATCH, async (count) => {
    for (let left = count; left > 0; left -= BATCH) {
      for (let i = 0; i < BATCH; i++) loop.callSoon(nothing, undefined, options);
      await new Promise((resolve) => loop.callSoon(resolve));
    }
  });

/** The cost of a stream reader for pieces of `received` bytes that `read` reads. */
function streamReads(received, read, count) {
  const piece = Buffer.alloc(received, 'x');
  for (let at = 63; at < received; at += 64) piece[at] = 10;
  return {
    count,
    run: () =>
      loop.runUntilComplete(async () => {
        const reader = new bight.StreamReader({ loop, limit: 1 << 20 });
        let left = count;
        while (left > 0) {
          for (let fed = 0; fed < 4; fed++) reader.feedData(Buffer.from(piece));
          const reads = Math.floor((4 * received) / 64);
          for (let i = 0; i < reads && left > 0; i++, left--) await read(reader);
          if (left <= 0) break;
        }
      }),
  };
}

const operations = {
  'callSoon, fresh context': callSoon(undefined),
  'callSoon, pinned context': callSoon(pinned),
  'sleep(0), async function': inTask(20_000, async (count) => {
    for (let i = 0; i < count; i++) await sleep(0);
  }),
  'sleep(0), generator': inTask(40_000, function* (count) {
    for (let i = 0; i < count; i++) yield* sleep(0);
  }),
  'task, async function': inTask(10_000, async (count) => {
    for (let i = 0; i < count; i++) await createTask(asyncFunction);
  }),
  'task, generator': inTask(10_000, function* (count) {
    for (let i = 0; i < count; i++) yield* createTask(generatorFunction);
  }),
  'future made, awaited, resolved': inTask(20_000, async (count) => {
    for (let i = 0; i < count; i++) {
      const future = loop.createFuture();
      loop.callSoon(() => future.setResult(i));
      await future;
    }
  }),
  'callLater and cancel': inTask(50_000, async (count) => {
    for (let i = 0; i < count; i++) loop.callLater(1_000, nothing).cancel();
  }),
  'gather of ten tasks': inTask(1_000, async (count) => {
    for (let i = 0; i < count; i++) await gather(Array.from({ length: 10 }, () => createTask(asyncFunction)));
  }),
  'queue, put and get': inTask(10_000, async (count) => {
    const queue = new bight.Queue({ maxsize: 1 });
    const consumer = createTask(async () => {
      for (let i = 0; i < count; i++) await queue.get();
    });
    for (let i = 0; i < count; i++) await queue.put(i);
    await consumer;
  }),
  'lock, contended by two': inTask(10_000, async (count) => {
    const lock = new bight.Lock();
    const turns = async () => {
      for (let i = 0; i < count / 2; i++) {
        await lock.acquire();
        await sleep(0);
        lock.release();
      }
    };
    await gather([createTask(turns), createTask(turns)]);
  }),
  'process started and awaited': {
    count: 8,
    run: () =>
      bight.run(async () => {
        for (let i = 0; i < 8; i++) await (await bight.createSubprocessExec('/bin/true')).wait();
      }),
  },
  'readline, 64 B out of 64 KB': streamReads(65_536, (reader) => reader.readline(), 20_000),
  'readline, 64 B out of 64 B': streamReads(64, (reader) => reader.readline(), 20_000),
  'readexactly, 64 B out of 64 KB': streamReads(65_536, (reader) => reader.readexactly(64), 20_000),
};

process.on('unhandledRejection', (error) => {
  throw error;
});
process.on('message', async (name) => {
  const { count, run } = operations[name];
  const began = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(began);
  process.send(((user + system) * 1_000) / count);
});
process.on('disconnect', () => process.exit());
process.send(Object.keys(operations));

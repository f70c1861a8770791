/*
 * Counts the work that the queues of the code base do, for a length and for twice that, and writes down both. Counted are the
 * rounds of every block of our own code, which V8's coverage counts exactly, and the elements and bytes that built-in methods
 * move.
 */
import { Session } from 'node:inspector';

const session = new Session();
session.connect();
const post = (method: string, params?: object): Record<string, never> => {
  let answer: unknown;
  session.post(method as never, params as never, (error: Error | null, result: unknown) => {
    if (error !== null) throw error;
    answer = result;
  });
  return answer as Record<string, never>;
};
post('Profiler.enable');
post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

let moved = 0;

type Built = (this: ArrayLike<unknown>, ...args: unknown[]) => unknown;

/** Has built-in methods count what they may have to move, or to look through. */
function meter(
  prototype: object,
  names: readonly string[],
  cost: (length: number, args: unknown[]) => number,
): void {
  const methods = prototype as Record<string, Built>;
  for (const name of names) {
    const original = methods[name] as Built;
    const metered: Built = function (...args) {
      moved += Math.max(0, cost(this.length, args));
      return original.apply(this, args);
    };
    Object.defineProperty(prototype, name, { value: metered, configurable: true, writable: true });
  }
}

const { Buffer } = await import('node:buffer');
const bight = await import('../../packages/bight/src/index.js');
const { ByteQueue } = await import('../../packages/bight/src/streams/byte-queue.js');
const { FifoStorage, HeapStorage, LifoStorage } = await import('../../packages/bight/src/queues/storage.js');
const { Backlog } = await import('../../packages/loop-net/src/selector/backlog.js');
const { OperationQueue } = await import('../../packages/loop-net/src/selector/operation-queue.js');
const { SocketOperation } = await import('../../packages/loop-net/src/selector/sockets/socket-operation.js');
const { ReadyQueue } = await import('../../packages/loop-core/src/scheduling/ready-queue.js');
const arrayMethods = ['shift', 'unshift', 'splice', 'slice', 'concat', 'includes', 'indexOf', 'fill'];
meter(Array.prototype, arrayMethods, (length) => length);
meter(Buffer.prototype, ['indexOf'], (length, [, from]) => length - ((from as number | undefined) ?? 0));
meter(Buffer.prototype, ['copy'], (length, args) => length - ((args[2] as number | undefined) ?? 0));

interface CoveredFunction {
  ranges: { count: number }[];
}

function blocks(): number {
  const { result } = post('Profiler.takePreciseCoverage') as unknown as {
    result: { url: string; functions: CoveredFunction[] }[];
  };
  let count = 0;
  for (const { url, functions } of result) {
    if (!url.includes('/packages/') || url.includes('queue-work')) continue;
    for (const { ranges } of functions) for (const range of ranges) count += range.count;
  }
  return count;
}

async function workOf(use: (length: number) => unknown, length: number): Promise<number> {
  blocks();
  moved = 0;
  await use(length);
  return blocks() + moved;
}

const byte = Buffer.from('x');
const long = Buffer.alloc(2000, 120);
const loop = new bight.EventLoop();

class Waiting extends SocketOperation<void> {
  protected override attempt(): boolean {
    return false;
  }
}

const queues: Record<string, (length: number) => unknown> = {
  'bytes, searched as each comes': (length) => {
    const queue = new ByteQueue();
    for (let i = 0; i < length; i++) {
      queue.push(byte);
      queue.indexOf(Buffer.from('\n'), i);
    }
    queue.take(length);
  },
  'long pieces, searched for a long separator as each comes': (length) => {
    const queue = new ByteQueue();
    for (let i = 0; i < length; i++) {
      queue.push(long);
      queue.indexOf(Buffer.from('yyyyyyyy'), i * long.length);
    }
    for (let i = 0; i < length; i++) queue.take(long.length - 1);
  },
  'long pieces, taken in other pieces': (length) => {
    const queue = new ByteQueue();
    for (let i = 0; i < length; i++) queue.push(long);
    while (queue.length > 0) queue.take(3001);
  },
  'bytes put back': (length) => {
    const queue = new ByteQueue();
    for (let i = 0; i < length; i++) queue.unread(i % 2 === 0 ? byte : long);
    queue.take(queue.length);
  },
  'a backlog of a socket': (length) => {
    const backlog = new Backlog();
    for (let i = 0; i < length; i++) backlog.push(byte);
    for (let i = 0; i < 10; i++) backlog.unshift(byte);
  },
  'calls that wait for a socket, and are cancelled, the last first': (length) => {
    const queue = new OperationQueue();
    const all: InstanceType<typeof Waiting>[] = [];
    for (let i = 0; i < length; i++) {
      const operation = new Waiting(loop, null as never);
      all.push(operation);
      queue.push(operation);
    }
    for (const operation of all.reverse()) operation.cancel();
  },
  'a queue, first in, first out': (length) => drain(new FifoStorage<number>(), length),
  'a queue, last in, first out': (length) => drain(new LifoStorage<number>(), length),
  'a queue by priority': (length) => drain(new HeapStorage<number>((a, b) => a - b), length),
  'callbacks that are ready': (length) => {
    const queue = new ReadyQueue();
    for (let i = 0; i < length; i++) queue.push({} as never);
    for (let i = 0; i < length; i++) queue.shift();
  },
  'tasks that wait for a lock, and are cancelled': (length) =>
    loop.runUntilComplete(async () => {
      const lock = new bight.Lock();
      await lock.acquire();
      const all = Array.from({ length }, () => bight.createTask(() => lock.acquire()));
      await bight.sleep(0);
      for (const task of all.reverse()) task.cancel();
      await bight.gather(all, { returnExceptions: true });
      lock.release();
    }),
  'tasks that wait for a queue': (length) =>
    loop.runUntilComplete(async () => {
      const queue = new bight.Queue<number>();
      const all = Array.from({ length }, () => bight.createTask(() => queue.get()));
      await bight.sleep(0);
      for (let i = 0; i < length; i++) queue.putNowait(i);
      await bight.gather(all);
    }),
  'a line that comes byte by byte': (length) =>
    loop.runUntilComplete(async () => {
      const reader = new bight.StreamReader({ limit: Number.POSITIVE_INFINITY });
      const line = bight.createTask(() => reader.readline());
      for (let i = 0; i < length; i++) {
        reader.feedData(byte);
        await bight.sleep(0);
      }
      reader.feedEof();
      await line;
    }),
  'everything, read again and again and cancelled': (length) =>
    loop.runUntilComplete(async () => {
      const reader = new bight.StreamReader({ limit: Number.POSITIVE_INFINITY });
      for (let i = 0; i < length; i++) {
        const all = bight.createTask(() => reader.read());
        await bight.sleep(0);
        reader.feedData(long);
        await bight.sleep(0);
        all.cancel();
        await bight.wait([all]);
      }
    }),
};

function drain(storage: { push(item: number): void; next(): number }, length: number): void {
  for (let i = 0; i < length; i++) storage.push((i * 7919) % length);
  for (let i = 0; i < length; i++) storage.next();
}

const planted = [0, 0];
const LENGTH = 2000;
const works: Record<string, number[]> = {};
for (const [name, use] of Object.entries(queues)) {
  await use(100);
  works[name] = [await workOf(use, LENGTH), await workOf(use, 2 * LENGTH)];
}
/** What a quadratic queue looks like: the test has to be able to see it. */
const quadratic = (length: number): void => {
  const items: number[] = [];
  for (let i = 0; i < length; i++) items.unshift(i);
};
for (const factor of [0, 1]) planted[factor] = await workOf(quadratic, LENGTH * (factor + 1));
works.planted = planted;
loop.close();
console.log(JSON.stringify(works));

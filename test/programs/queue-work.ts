/*
 * Counts the work that the queues of the code base do, for a length and for twice that, and writes down both. Counted
 * are the rounds of every block of our own code, which V8's coverage counts exactly, and the elements and bytes that
 * built-in methods move.
 */
import { Session } from 'node:inspector';
import { pathToFileURL } from 'node:url';
import { kIsCancelled, kSequence, kWhen } from '../../packages/loop-core/src/internals.js';
import type { HeapTimer } from '../../packages/loop-core/src/scheduling/timer-heap.js';

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

/** Built-in methods count what they may have to move, or to look through. */
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
const { HeldEvents } = await import('../../packages/sockets/src/engine/held-events.js');
const { JobQueue } = await import('../../packages/executors/src/pool/job-queue.js');
const { MapCalls } = await import('../../packages/executors/src/pool/map-calls.js');
const { TimerHeap } = await import('../../packages/loop-core/src/scheduling/timer-heap.js');
const { ReadyQueue } = await import('../../packages/loop-core/src/scheduling/ready-queue.js');
const arrayMethods = ['shift', 'unshift', 'splice', 'slice', 'concat', 'includes', 'indexOf', 'fill'];
meter(Array.prototype, arrayMethods, (length) => length);
meter(Buffer.prototype, ['indexOf'], (length, [, from]) => length - ((from as number | undefined) ?? 0));
meter(Buffer.prototype, ['copy'], (length, args) => length - ((args[2] as number | undefined) ?? 0));

/** The packages' source is compiled into the same file as this program. */
const ownUrl = pathToFileURL(process.argv[1]!).href;

interface CoveredFunction {
  ranges: { count: number }[];
}

function blocks(): number {
  const { result } = post('Profiler.takePreciseCoverage') as unknown as {
    result: { url: string; functions: CoveredFunction[] }[];
  };
  let count = 0;
  for (const { url, functions } of result) {
    if (url !== ownUrl) continue;
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
  timers: (length) => {
    const heap = new TimerHeap<HeapTimer>();
    for (let i = 0; i < length; i++) heap.push(timer(i, length));
    while (heap.peek() !== undefined) heap.pop();
  },
  'timers that are cancelled, the last first': (length) => {
    const heap = new TimerHeap<HeapTimer>();
    const all = Array.from({ length }, (_, i) => timer(i, length));
    for (const each of all) heap.push(each);
    for (const each of all.reverse()) {
      each[kIsCancelled] = true;
      heap.noteCancelled();
    }
    heap.peek();
  },
  'timers that are set and cancelled, one after the other, beside others': (length) => {
    const heap = new TimerHeap<HeapTimer>();
    for (let i = 0; i < length; i++) heap.push(timer(i, length));
    for (let i = 0; i < length; i++) {
      const one = timer(i, length);
      heap.push(one);
      one[kIsCancelled] = true;
      heap.noteCancelled();
      heap.peek();
    }
  },
  'timers of a loop': (length) =>
    loop.runUntilComplete(async () => {
      const all = Array.from({ length }, (_, i) => loop.callLater(1000 + i, () => undefined));
      for (const each of all) each.cancel();
    }),
  'events that an engine holds': (length) => {
    const held = new HeldEvents();
    for (let i = 0; i < length; i++) held.add(1, { kind: 1 });
    while (held.peek(1) !== undefined) held.shift(1);
    for (let i = 0; i < length; i++) held.add(i % 7, { kind: 1 });
    held.take(1);
    held.takeAll();
  },
  'calls that wait for a worker': (length) => {
    const queue = new JobQueue();
    for (let i = 0; i < length; i++) queue.push(job(false));
    for (let i = 0; i < length; i++) queue.shift();
  },
  'calls that are given back by workers, and those that were cancelled': (length) => {
    const queue = new JobQueue();
    for (let i = 0; i < length; i++) queue.push(job(i % 2 === 0));
    for (let i = 0; i < length / 2; i++) queue.pushFront([job(false), job(true)]);
    queue.drain();
  },
  'calls of map()': (length) => {
    const submit = () => ({ cancel: () => true }) as never;
    const calls = new MapCalls<number, number>({
      items: range(length),
      chunksize: 1,
      bufferSize: null,
      submit,
    });
    while (calls.shift() !== undefined);
    const bounded = new MapCalls<number, number>({
      items: range(length),
      chunksize: 1,
      bufferSize: 100,
      submit,
    });
    for (let delivered = 1; bounded.shift() !== undefined; delivered++) bounded.refill(delivered);
  },
  'results as they complete': (length) =>
    loop.runUntilComplete(async () => {
      const all = Array.from({ length }, () => bight.createTask(() => bight.sleep(0)));
      for await (const _ of bight.asCompleted(all));
    }),
  'waits for what completes, cancelled, the last first': (length) =>
    loop.runUntilComplete(async () => {
      const all = Array.from({ length }, () => loop.createFuture<void>());
      const waits = [...bight.asCompleted(all)].map((each) => bight.createTask(() => each));
      await bight.sleep(0);
      for (const wait of waits.reverse()) wait.cancel();
      for (const each of all) each.cancel();
      await bight.wait(waits);
    }),
  'items that wait in a channel': (length) =>
    loop.runUntilComplete(async () => {
      const [sender, receiver] = bight.openChannel<number>({ maxBuffer: length });
      for (let i = 0; i < length; i++) await sender.send(i);
      for (let i = 0; i < length; i++) await receiver.receive();
    }),
  'tasks that wait to send': (length) =>
    loop.runUntilComplete(async () => {
      const [sender, receiver] = bight.openChannel<number>();
      const all = Array.from({ length }, (_, i) => bight.createTask(() => sender.send(i)));
      await bight.sleep(0);
      for (let i = 0; i < length; i++) await receiver.receive();
      await bight.gather(all);
    }),
  'tasks that wait to receive, and are cancelled, the last first': (length) =>
    loop.runUntilComplete(async () => {
      const [sender, receiver] = bight.openChannel<number>();
      const all = Array.from({ length }, () => bight.createTask(() => receiver.receive()));
      await bight.sleep(0);
      // Some of them waited a turn before.
      await bight.sleep(0);
      await bight.sleep(0);
      for (const each of all.slice(length / 2).reverse()) each.cancel();
      for (let i = 0; i < length / 2; i++) sender.sendNowait(i);
      await bight.wait(all);
    }),
  'tasks that wait for a token': (length) =>
    loop.runUntilComplete(async () => {
      const limiter = new bight.CapacityLimiter(1);
      const all = Array.from({ length }, () => bight.createTask(() => limiter.run(() => bight.sleep(0))));
      await bight.gather(all);
    }),
  'tasks of a group': (length) =>
    loop.runUntilComplete(() =>
      bight.TaskGroup.run(async (group) => {
        for (let i = 0; i < length; i++) group.createTask(() => bight.sleep(0));
      }),
    ),
  'tasks that wait for an event, a condition, a semaphore, a barrier': (length) =>
    loop.runUntilComplete(async () => {
      const event = new bight.Event();
      const condition = new bight.Condition();
      const semaphore = new bight.Semaphore();
      const barrier = new bight.Barrier(length);
      const all = Array.from({ length }, () => [
        bight.createTask(() => event.wait()),
        bight.createTask(() => condition.run(() => condition.wait())),
        bight.createTask(() => semaphore.run(() => bight.sleep(0))),
        bight.createTask(() => barrier.wait()),
      ]).flat();
      await bight.sleep(0);
      event.set();
      await bight.sleep(0);
      await condition.run(async () => condition.notifyAll());
      await bight.wait(all);
    }),
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

function timer(index: number, length: number): HeapTimer {
  return { [kWhen]: (index * 7919) % length, [kSequence]: index, [kIsCancelled]: false };
}

function job(isDone: boolean): never {
  return { future: { done: () => isDone } } as never;
}

function* range(length: number): Generator<number> {
  for (let i = 0; i < length; i++) yield i;
}

const LENGTH = 2000;
const works: Record<string, number[]> = {};
async function note(name: string, use: (length: number) => unknown): Promise<void> {
  await use(100);
  works[name] = [await workOf(use, LENGTH), await workOf(use, 2 * LENGTH)];
}
for (const [name, use] of Object.entries(queues)) await note(name, use);
// Quadratic queues, which the test has to find.
await note('planted: elements that are moved', (length) => {
  const items: number[] = [];
  for (let i = 0; i < length; i++) items.unshift(i);
});
await note('planted: elements that are looked at', (length) => {
  const items: number[] = [];
  for (let i = 0; i < length; i++) {
    for (const item of items) if (item === i) throw new Error('it is there');
    items.push(i);
  }
});
loop.close();
console.log(JSON.stringify(works));

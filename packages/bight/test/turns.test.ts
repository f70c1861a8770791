import { describe, expect, test } from '@jest/globals';
import {
  Barrier,
  CancelledError,
  CapacityLimiter,
  Condition,
  createTask,
  Event,
  FlowControlProtocol,
  getRunningLoop,
  Lock,
  openChannel,
  Queue,
  Semaphore,
  StreamReader,
  sleep,
} from 'bight';
import { inLoop } from './support/in-loop.js';

/** More calls than any budget for those that need not wait. */
const MANY = 3000;

/** More calls than Node waits for: a turn of the loop in 1,024 calls, one of Node's in 64 of those. */
const ENOUGH = 200_000;

const noop = async () => {};

type Round = () => PromiseLike<unknown>;

/**
 * Makes calls that need not wait, in a row, until both the loop and Node had a turn. @returns which of the two had one
 */
async function turnsDuring(round: Round, most: number): Promise<{ loop: boolean; node: boolean }> {
  const turns = { loop: false, node: false };
  createTask(async () => {
    turns.loop = true;
  });
  const immediate = setImmediate(() => {
    turns.node = true;
  });
  try {
    for (let count = 0; count < most && !(turns.loop && turns.node); count++) await round();
    return { ...turns };
  } finally {
    clearImmediate(immediate);
    await sleep(0);
  }
}

const channel = (): Round => {
  const [sender, receiver] = openChannel<number>({ maxBuffer: 1 });
  return async () => {
    await sender.send(1);
    await receiver.receive();
  };
};

const ended = (read: (reader: StreamReader) => PromiseLike<unknown>) => (): Round => {
  const reader = new StreamReader();
  reader.feedEof();
  return () => read(reader);
};

describe('a loop of calls that need not wait lets the loop and Node have their turns', () => {
  test.each<[string, () => Round]>([
    ['StreamReader.read()', ended((reader) => reader.read(10))],
    ['StreamReader.readline()', ended((reader) => reader.readline())],
    ['StreamReader.peek()', ended((reader) => reader.peek(10))],
    [
      'drain()',
      () => {
        const protocol = new FlowControlProtocol(getRunningLoop());
        return () => protocol.drained();
      },
    ],
    ['send() and receive()', channel],
    [
      'receive()',
      () => {
        const [sender, receiver] = openChannel<number>({ maxBuffer: 1 });
        return () => {
          sender.sendNowait(1);
          return receiver.receive();
        };
      },
    ],
    [
      'send()',
      () => {
        const [sender, receiver] = openChannel<number>({ maxBuffer: Number.POSITIVE_INFINITY });
        return async () => {
          await sender.send(1);
          return receiver;
        };
      },
    ],
    [
      'CapacityLimiter.acquire()',
      () => {
        const limiter = new CapacityLimiter(1);
        return async () => (await limiter.acquire()).release();
      },
    ],
    ['sleep(0)', () => () => sleep(0)],
  ])('%s', (_name, make) =>
    inLoop(async () => {
      expect(await turnsDuring(make(), ENOUGH)).toEqual({ loop: true, node: true });
    }),
  );
});

// CPython 3.11 was run: none of these yields there.
describe('a loop of calls that need not wait keeps its turn, as in asyncio', () => {
  const lock = new Lock();
  const semaphore = new Semaphore({ value: 1 });
  const event = new Event();
  event.set();
  const condition = new Condition();
  const queue = new Queue<number>({ maxsize: 1 });
  const barrier = new Barrier(1);
  test.each<[string, Round]>([
    ['Lock', () => lock.run(noop)],
    ['Semaphore', () => semaphore.run(noop)],
    ['Event.wait()', () => event.wait()],
    ['Condition.waitFor()', () => condition.run(() => condition.waitFor(() => true))],
    ['Queue', () => queue.put(1).then(() => queue.get())],
    ['Queue.join()', () => new Queue().join()],
    ['Barrier', () => barrier.wait()],
  ])('%s', (_name, round) =>
    inLoop(async () => {
      expect(await turnsDuring(round, MANY)).toEqual({ loop: false, node: false });
    }),
  );
});

describe('a call that yields its turn although it need not wait', () => {
  /** Calls until a call waits; all before it are done at once. */
  function untilOneWaits<T extends { done(): boolean }>(call: () => T): T {
    for (let count = 0; count < MANY; count++) {
      const called = call();
      if (!called.done()) return called;
    }
    throw new Error('none waited');
  }

  test('does what it was called for after the turn', () =>
    inLoop(async () => {
      const [sender, receiver] = openChannel<number>({ maxBuffer: Number.POSITIVE_INFINITY });
      let sent = 0;
      await untilOneWaits(() => sender.send(sent++));
      expect(receiver.statistics().currentBufferUsed).toBe(sent);
      sender.close();
      let expected = 0;
      for await (const item of receiver) expect(item).toBe(expected++);
      expect(expected).toBe(sent);
    }));

  test('has done nothing when it is cancelled', () =>
    inLoop(async () => {
      const [sender, receiver] = openChannel<number>({ maxBuffer: Number.POSITIVE_INFINITY });
      let sent = 0;
      untilOneWaits(() => sender.send(sent++)).cancel();
      await sleep(0);
      expect(receiver.statistics().currentBufferUsed).toBe(sent - 1);
      for (let count = 0; count < MANY; count++) sender.sendNowait(0);
      let taken = 0;
      const before = receiver.statistics().currentBufferUsed;
      const receive = untilOneWaits(() => {
        taken++;
        return receiver.receive();
      });
      receive.cancel();
      await sleep(0);
      expect(receiver.statistics().currentBufferUsed).toBe(before - (taken - 1));
      const limiter = new CapacityLimiter(Number.POSITIVE_INFINITY);
      let borrowed = 0;
      untilOneWaits(() => limiter.acquireOnBehalfOf(borrowed++)).cancel();
      await sleep(0);
      expect(limiter.borrowedTokens).toBe(borrowed - 1);
    }));

  test('and then has to wait takes nothing when it is cancelled, and keeps what it was handed', () =>
    inLoop(async () => {
      const [sender, receiver] = openChannel<string>({ maxBuffer: Number.POSITIVE_INFINITY });
      const [full, emptier] = openChannel<string>({ maxBuffer: Number.POSITIVE_INFINITY });
      const got: string[] = [];
      const task = createTask(async () => {
        untilOneWaits(() => full.send('')).cancel();
        for (let count = 1; count < 1024; count++) void full.send('');
        const receive = receiver.receive();
        got.push(`${sender.statistics().tasksWaitingReceive} wait`, await receive);
        await sleep(3600);
      });
      await sleep(0);
      await sleep(0);
      await sleep(0);
      expect(sender.statistics().tasksWaitingReceive).toBe(1);
      sender.sendNowait('item');
      task.cancel();
      await expect(Promise.resolve(task)).rejects.toThrow(CancelledError);
      expect([got, task.cancelled(), emptier.statistics().tasksWaitingSend]).toEqual([
        ['0 wait', 'item'],
        true,
        0,
      ]);
    }));
});

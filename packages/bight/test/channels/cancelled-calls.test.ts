import { describe, expect, test } from '@jest/globals';
import {
  Barrier,
  CancelledError,
  CancelScope,
  CapacityLimiter,
  Condition,
  Event,
  LifoQueue,
  Lock,
  openChannel,
  PriorityQueue,
  Queue,
  Semaphore,
  StreamReader,
  sleep,
  toThread,
  waitFor,
} from 'bight';
import { inLoop } from '../support/in-loop.js';

/** A call that need not wait, and what shows that it has taken nothing. */
interface Call {
  call: () => PromiseLike<unknown>;
  untouched: () => unknown;
  expected: unknown;
}

function fed(): StreamReader {
  const reader = new StreamReader();
  reader.feedData(Buffer.from('line\n'));
  reader.feedEof();
  return reader;
}

function read(call: (reader: StreamReader) => PromiseLike<unknown>): () => Call {
  return () => {
    const reader = fed();
    return {
      call: () => call(reader),
      untouched: async () => String(await reader.read()),
      expected: 'line\n',
    };
  };
}

function take(queue: Queue<number> | PriorityQueue<number> | LifoQueue<number>): Call {
  queue.putNowait(1);
  return { call: () => queue.get(), untouched: () => queue.qsize(), expected: 1 };
}

const calls: Record<string, () => Call> = {
  'sleep()': () => ({ call: () => sleep(0), untouched: () => 0, expected: 0 }),
  'Lock.acquire()': () => {
    const lock = new Lock();
    return { call: () => lock.acquire(), untouched: () => lock.locked(), expected: false };
  },
  'Lock.run()': () => {
    const lock = new Lock();
    return { call: () => lock.run(async () => 'ran'), untouched: () => lock.locked(), expected: false };
  },
  'Semaphore.acquire()': () => {
    const semaphore = new Semaphore({ value: 1 });
    return { call: () => semaphore.acquire(), untouched: () => semaphore.locked(), expected: false };
  },
  'Condition.acquire()': () => {
    const condition = new Condition();
    return { call: () => condition.acquire(), untouched: () => condition.locked(), expected: false };
  },
  'Event.wait()': () => {
    const event = new Event();
    event.set();
    return { call: () => event.wait(), untouched: () => event.isSet(), expected: true };
  },
  'Barrier.wait()': () => {
    const barrier = new Barrier(1);
    return { call: () => barrier.wait(), untouched: () => barrier.nWaiting, expected: 0 };
  },
  'Queue.get()': () => take(new Queue<number>()),
  'PriorityQueue.get()': () => take(new PriorityQueue<number>()),
  'LifoQueue.get()': () => take(new LifoQueue<number>()),
  'Queue.put()': () => {
    const queue = new Queue<number>();
    return { call: () => queue.put(1), untouched: () => queue.qsize(), expected: 0 };
  },
  'ChannelSender.send()': () => {
    const [sender] = openChannel<number>({ maxBuffer: 1 });
    return {
      call: () => sender.send(1),
      untouched: () => sender.statistics().currentBufferUsed,
      expected: 0,
    };
  },
  'ChannelReceiver.receive()': () => {
    const [sender, receiver] = openChannel<number>({ maxBuffer: 1 });
    sender.sendNowait(1);
    return { call: () => receiver.receive(), untouched: () => receiver.receiveNowait(), expected: 1 };
  },
  'CapacityLimiter.acquire()': () => {
    const limiter = new CapacityLimiter(1);
    return { call: () => limiter.acquire(), untouched: () => limiter.borrowedTokens, expected: 0 };
  },
  'CapacityLimiter.acquireOnBehalfOf()': () => {
    const limiter = new CapacityLimiter(1);
    return {
      call: () => limiter.acquireOnBehalfOf('name'),
      untouched: () => limiter.borrowedTokens,
      expected: 0,
    };
  },
  'CapacityLimiter.run()': () => {
    const limiter = new CapacityLimiter(1);
    return {
      call: () => limiter.run(async () => 'ran'),
      untouched: () => limiter.borrowedTokens,
      expected: 0,
    };
  },
  'StreamReader.read()': read((reader) => reader.read()),
  'StreamReader.readline()': read((reader) => reader.readline()),
  'StreamReader.readexactly()': read((reader) => reader.readexactly(2)),
  'StreamReader.readuntil()': read((reader) => reader.readuntil()),
  'StreamReader.peek()': read((reader) => reader.peek(2)),
  'toThread()': () => ({ call: () => toThread(() => 1), untouched: () => 0, expected: 0 }),
  'waitFor()': () => {
    const queue = new Queue<number>();
    queue.putNowait(1);
    return { call: () => waitFor(queue.get(), 1), untouched: () => queue.qsize(), expected: 1 };
  },
};

describe('in a cancelled scope a call that need not wait throws, and has taken nothing', () => {
  test.each(Object.entries(calls))('%s, of an async function', (_name, make) =>
    inLoop(async () => {
      const { call, untouched, expected } = make();
      const scope = new CancelScope();
      let error: unknown;
      await scope.run(async () => {
        scope.cancel();
        try {
          await call();
        } catch (thrown) {
          error = thrown;
        }
      });
      expect(error).toBeInstanceOf(CancelledError);
      expect(await untouched()).toEqual(expected);
    }),
  );

  test.each(Object.entries(calls))('%s, of a generator', (_name, make) =>
    inLoop(async () => {
      const { call, untouched, expected } = make();
      const scope = new CancelScope();
      let error: unknown;
      await scope.run(function* () {
        scope.cancel();
        try {
          yield* call() as unknown as Generator<unknown>;
        } catch (thrown) {
          error = thrown;
        }
      });
      expect(error).toBeInstanceOf(CancelledError);
      expect(await untouched()).toEqual(expected);
    }),
  );
});

describe('channels and limiters', () => {
  test('serve first come, first served', () =>
    inLoop(async () => {
      const [sender, receiver] = openChannel<string>();
      const received = [receiver.receive(), receiver.receive()];
      sender.sendNowait('first');
      sender.sendNowait('second');
      expect(await Promise.all(received)).toEqual(['first', 'second']);
      const sent = [sender.send('third'), sender.send('fourth')];
      expect([receiver.receiveNowait(), receiver.receiveNowait()]).toEqual(['third', 'fourth']);
      await Promise.all(sent);
    }));

  test('drop the buffer with the last receiver', () =>
    inLoop(async () => {
      const [sender, receiver] = openChannel<string>({ maxBuffer: 2 });
      sender.sendNowait('lost');
      receiver.clone().close();
      expect(sender.statistics().currentBufferUsed).toBe(1);
      receiver.close();
      expect(sender.statistics()).toMatchObject({ currentBufferUsed: 0, openReceiveChannels: 0 });
    }));

  test.each([
    [-1, 'ValueError'],
    [1.5, 'ValueError'],
    [Number.NaN, 'ValueError'],
    ['1', 'TypeError'],
  ])('refuse %p as the size of a buffer: %s', (maxBuffer, name) => {
    expect(() => openChannel({ maxBuffer: maxBuffer as number })).toThrow(expect.objectContaining({ name }));
  });

  test('may have fewer tokens than are borrowed, and then lend none until these are back', () =>
    inLoop(async () => {
      const limiter = new CapacityLimiter(3);
      for (const name of ['a', 'b', 'c']) limiter.acquireOnBehalfOfNowait(name);
      limiter.totalTokens = 1;
      expect(limiter.availableTokens).toBe(-2);
      const waiting = limiter.acquireOnBehalfOf('d');
      limiter.releaseOnBehalfOf('a');
      limiter.releaseOnBehalfOf('b');
      expect([limiter.availableTokens, waiting.done()]).toEqual([0, false]);
      limiter.releaseOnBehalfOf('c');
      await waiting;
      expect(limiter.statistics()).toMatchObject({ borrowers: ['d'], totalTokens: 1 });
      for (const total of [0, 1.5, Number.NaN]) {
        expect(() => (limiter.totalTokens = total)).toThrow(expect.objectContaining({ name: 'ValueError' }));
      }
      expect(() => (limiter.totalTokens = '1' as never)).toThrow(TypeError);
    }));
});

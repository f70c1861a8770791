import { describe, expect, test } from '@jest/globals';
import {
  BrokenResourceError,
  CancelScope,
  CapacityLimiter,
  ClosedResourceError,
  createTask,
  EndOfStream,
  Lock,
  openChannel,
  Queue,
  sleep,
  TaskGroup,
  toThread,
  WouldBlock,
} from 'bight';
import { outcome } from '../../../../test/support/outcome.js';
import { inLoop } from '../support/in-loop.js';

describe('a channel', () => {
  test('hands items over in order, and ends when all senders are closed', () =>
    inLoop(async () => {
      const [sender, receiver] = openChannel<number>();
      const taken: number[] = [];
      await TaskGroup.run(async (group) => {
        for (const from of [0, 10]) {
          const own = sender.clone();
          group.createTask(async () => {
            using _ = own;
            for (let n = 0; n < 3; n++) await own.send(from + n);
          });
        }
        sender.close();
        for await (const item of receiver) taken.push(item);
      });
      expect([...taken].sort((a, b) => a - b)).toEqual([0, 1, 2, 10, 11, 12]);
      expect(taken.filter((item) => item < 10)).toEqual([0, 1, 2]);
      expect(await outcome(receiver.receive())).toBeInstanceOf(EndOfStream);
    }));

  test('refuses what it cannot do', () =>
    inLoop(async () => {
      const [sender, receiver] = openChannel<number>({ maxBuffer: 1 });
      expect(() => receiver.receiveNowait()).toThrow(WouldBlock);
      sender.sendNowait(1);
      expect(() => sender.sendNowait(2)).toThrow(WouldBlock);
      expect(sender.statistics()).toEqual({
        currentBufferUsed: 1,
        maxBufferSize: 1,
        openSendChannels: 1,
        openReceiveChannels: 1,
        tasksWaitingSend: 0,
        tasksWaitingReceive: 0,
      });
      receiver.close();
      receiver.close();
      expect(await outcome(sender.send(3))).toBeInstanceOf(BrokenResourceError);
      expect(() => receiver.receiveNowait()).toThrow(ClosedResourceError);
      expect(() => receiver.clone()).toThrow(ClosedResourceError);
      expect(() => openChannel({ maxBuffer: -1 })).toThrow('maxBuffer');
      expect(() => openChannel({ maxBuffer: '1' as never })).toThrow(TypeError);
      expect(() => openChannel({ maxBufer: 1 } as never)).toThrow('unknown option "maxBufer"');
    }));

  test('closing an end wakes its own waiters', () =>
    inLoop(async () => {
      const [sender, receiver] = openChannel<number>();
      const other = receiver.clone();
      const waits = [createTask(() => receiver.receive()), createTask(() => other.receive())];
      await sleep(0);
      await sleep(0);
      receiver.close();
      expect(await outcome(waits[0]!)).toBeInstanceOf(ClosedResourceError);
      sender.close();
      expect(await outcome(waits[1]!)).toBeInstanceOf(EndOfStream);
    }));

  test('a send that is cancelled has sent nothing, a receive has taken nothing', () =>
    inLoop(async () => {
      const [sender, receiver] = openChannel<string>();
      const send = createTask(() => sender.send('never'));
      await sleep(0);
      await sleep(0);
      send.cancel();
      await outcome(send);
      expect(() => receiver.receiveNowait()).toThrow(WouldBlock);
      const receive = createTask(() => receiver.receive());
      await sleep(0);
      await sleep(0);
      receive.cancel();
      await outcome(receive);
      expect(() => sender.sendNowait('x')).toThrow(WouldBlock);
    }));

  test('what was handed over in the turn of the cancel is returned, and the cancel comes at the next wait', () =>
    inLoop(async () => {
      const [sender, receiver] = openChannel<string>();
      const got: string[] = [];
      const task = createTask(async () => {
        got.push(await receiver.receive());
        await sleep(3600);
      });
      await sleep(0);
      await sleep(0);
      sender.sendNowait('item');
      task.cancel();
      await outcome(task);
      expect([got, task.cancelled()]).toEqual([['item'], true]);
    }));
});

describe('a capacity limiter', () => {
  test('lends one token to each borrower, first come first served', () =>
    inLoop(async () => {
      const limiter = new CapacityLimiter(1);
      const order: number[] = [];
      await TaskGroup.run(async (group) => {
        for (const n of [1, 2, 3]) {
          group.createTask(() =>
            limiter.run(async () => {
              order.push(n);
              expect(limiter.borrowedTokens).toBe(1);
              await sleep(0);
            }),
          );
        }
      });
      expect(order).toEqual([1, 2, 3]);
      limiter.acquireNowait();
      expect(((await outcome(limiter.acquire())) as Error).name).toBe('RuntimeError');
      limiter.release();
      expect(() => limiter.release()).toThrow('not holding');
      expect(() => new CapacityLimiter(0)).toThrow('totalTokens');
      limiter.totalTokens = 5;
      expect(limiter.statistics()).toEqual({
        borrowedTokens: 0,
        totalTokens: 5,
        borrowers: [],
        tasksWaiting: 0,
      });
    }));
});

test('toThread() borrows a token for each call, and gives it back however the call ends', () =>
  inLoop(async () => {
    const limiter = new CapacityLimiter(1);
    const double = (n: number) => n * 2;
    const calls = [1, 2, 3].map((n) => toThread(double, [n], { limiter }));
    await sleep(0);
    expect(limiter.statistics()).toMatchObject({ borrowedTokens: 1, tasksWaiting: 2 });
    expect(await Promise.all(calls)).toEqual([2, 4, 6]);
    const fail = () => {
      throw new RangeError('in the thread');
    };
    expect(await outcome(toThread(fail, [], { limiter }))).toMatchObject({ name: 'RangeError' });
    expect(limiter.borrowedTokens).toBe(0);
    limiter.acquireOnBehalfOfNowait('another borrower');
    const waiting = toThread(double, [4], { limiter });
    await sleep(0);
    waiting.cancel();
    expect(await outcome(waiting)).toMatchObject({ name: 'CancelledError' });
    expect(limiter.statistics()).toMatchObject({ borrowedTokens: 1, tasksWaiting: 0 });
    expect(() => toThread(double, [5], { limiter: {} as never })).toThrow('limiter');
    expect(() => toThread(double, [5], { limitr: limiter } as never)).toThrow('unknown option "limitr"');
  }));

test('in a cancelled scope a call that need not wait throws, and has taken nothing', () =>
  inLoop(async () => {
    const lock = new Lock();
    const queue = new Queue<number>();
    queue.putNowait(1);
    const names: unknown[] = [];
    await new CancelScope().run(async (scope) => {
      scope.cancel();
      for (const call of [lock.acquire(), queue.get(), queue.put(2)]) {
        names.push(((await outcome(call as PromiseLike<unknown>)) as Error).name);
      }
    });
    expect(names).toEqual(Array(3).fill('CancelledError'));
    expect([lock.locked(), queue.qsize()]).toEqual([false, 1]);
  }));

import { CancelledError } from '@bight/loop-abstract';
import { CoreEventLoop, sleep, type Task } from '@bight/loop-core';
import { WaitQueue } from '@bight/loop-core/low-level';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomRuns } from '../../../../test/support/extent.js';

type Waiting = Task<string>;

/** A queue in a loop of its own, with tasks that wait in it and write down how their waits end. */
class Bench {
  readonly loop = new CoreEventLoop();
  readonly queue = new WaitQueue();
  readonly events: string[] = [];
  readonly tasks = new Map<string, Waiting>();

  /** Begins a task that waits. */
  wait(name: string, handOn?: (wasWoken: boolean) => void): Waiting {
    const { queue, loop, events } = this;
    const task = loop.createTask(function* () {
      try {
        const result = yield* queue.wait(loop, name, handOn);
        events.push(`${name} woken`);
        return result;
      } catch (error) {
        events.push(`${name} ${error instanceof CancelledError ? 'cancelled' : String(error)}`);
        throw error;
      }
    }) as unknown as Waiting;
    task.addDoneCallback(() => void (task.cancelled() || task.exception()));
    this.tasks.set(name, task);
    return task;
  }

  async run(main: (bench: Bench) => Promise<void>): Promise<void> {
    try {
      await this.loop.runUntilComplete(() => main(this));
    } finally {
      this.loop.close();
    }
  }
}

const run = (main: (bench: Bench) => Promise<void>) => new Bench().run(main);

describe('a wait queue', () => {
  test('wakes in the order of arrival, and gives each wait its result', () =>
    run(async (bench) => {
      const { queue, events } = bench;
      const tasks = ['a', 'b', 'c', 'd'].map((name) => bench.wait(name));
      await sleep(0);
      expect(queue.size).toBe(4);
      expect(queue.wakeOne()).toBe(true);
      expect(queue.wake(2)).toBe(2);
      await sleep(0);
      expect(events).toEqual(['a woken', 'b woken', 'c woken']);
      queue.wakeAll();
      expect(await tasks[3]).toBe('d');
      expect([queue.wakeOne(), queue.wake(3), queue.size]).toEqual([false, 0, 0]);
    }));

  test('counts a woken task until it goes on', () =>
    run(async (bench) => {
      const { queue } = bench;
      expect([queue.size, queue.isAwaited]).toEqual([0, false]);
      const task = bench.wait('a');
      await sleep(0);
      queue.wakeOne();
      expect([queue.size, queue.isAwaited]).toEqual([1, true]);
      await task;
      expect([queue.size, queue.isAwaited]).toEqual([0, false]);
    }));

  test('passes over cancelled tasks, and counts them until they go on', () =>
    run(async (bench) => {
      const { queue, events } = bench;
      const [first] = [bench.wait('a'), bench.wait('b')];
      await sleep(0);
      first.cancel();
      expect(queue.size).toBe(2);
      expect(queue.wakeOne()).toBe(true);
      expect([queue.size, queue.wakeOne()]).toEqual([2, false]);
      await sleep(0);
      expect(events).toEqual(['a cancelled', 'b woken']);
      expect(queue.size).toBe(0);
    }));

  test('is awaited by tasks that were not cancelled only', () =>
    run(async (bench) => {
      const task = bench.wait('a');
      await sleep(0);
      expect(bench.queue.isAwaited).toBe(true);
      task.cancel();
      expect([bench.queue.isAwaited, bench.queue.size]).toEqual([false, 1]);
      await sleep(0);
    }));

  test('says whether a task that ends with an error had been woken', () =>
    run(async (bench) => {
      const said: unknown[] = [];
      const names = ['woken', 'not woken', 'failed'];
      const [woken, notWoken] = names.map((name) => bench.wait(name, (was) => said.push([name, was])));
      await sleep(0);
      bench.queue.wakeOne();
      woken!.cancel();
      notWoken!.cancel();
      bench.queue.failAll(new RangeError('gone'));
      await sleep(0);
      expect(said).toEqual([
        ['woken', true],
        ['not woken', false],
        ['failed', false],
      ]);
      expect(bench.events).toEqual(['woken cancelled', 'not woken cancelled', 'failed RangeError: gone']);
      expect([bench.queue.size, bench.queue.isAwaited]).toEqual([0, false]);
    }));

  test('wakes the first task alone, and leaves it to one that goes on anyway to wake the next', () =>
    run(async (bench) => {
      const { queue, events } = bench;
      const [first, second] = ['a', 'b', 'c'].map((name) => bench.wait(name, () => queue.wakeFirst()));
      await sleep(0);
      queue.wakeFirst();
      queue.wakeFirst();
      await sleep(0);
      expect(events).toEqual(['a woken']);
      second!.cancel();
      queue.wakeFirst();
      expect(first!.done()).toBe(true);
      await sleep(0);
      expect(events).toEqual(['a woken', 'b cancelled']);
      await sleep(0);
      expect(events).toEqual(['a woken', 'b cancelled', 'c woken']);
    }));

  test('takes twice as long for twice as many, cancelled ones among them', () =>
    run(async (bench) => {
      // A pass over all waiters for each wake would take minutes here.
      const tasks = Array.from({ length: 20_000 }, (_, i) => bench.wait(String(i)));
      await sleep(0);
      for (const task of tasks.slice(0, 10_000)) task.cancel();
      let woken = 0;
      while (bench.queue.wakeOne()) woken++;
      expect(woken).toBe(10_000);
      await sleep(0);
      expect(bench.queue.size).toBe(0);
    }));
});

type Operation =
  | { kind: 'wait' | 'wakeOne' | 'wakeAll' | 'turn' }
  | { kind: 'wake'; count: number }
  | { kind: 'cancel'; index: number };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.constantFrom<Operation>({ kind: 'wait' }, { kind: 'wakeOne' }, { kind: 'wakeAll' }, { kind: 'turn' }),
  fc.constant<Operation>({ kind: 'wait' }),
  fc.record({ kind: fc.constant('wake' as const), count: fc.nat(4) }),
  fc.record({ kind: fc.constant('cancel' as const), index: fc.nat(30) }),
);

/**
 * The reference model of the queue: a list of the tasks that still wait, as asyncio's primitives keep it.
 */
class Model {
  readonly waiting: { name: string; state: 'parked' | 'woken' | 'cancelled' | 'wokenCancelled' }[] = [];
  readonly events: string[] = [];

  wake(count: number): number {
    const chosen = this.waiting.filter(({ state }) => state === 'parked').slice(0, count);
    for (const waiter of chosen) waiter.state = 'woken';
    return chosen.length;
  }

  cancel(name: string): void {
    const waiter = this.waiting.find((candidate) => candidate.name === name);
    if (waiter?.state === 'parked') waiter.state = 'cancelled';
    else if (waiter?.state === 'woken') waiter.state = 'wokenCancelled';
  }
}

test('property: no wake is lost, whichever waiter is cancelled when, and no waiter is overtaken', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 60 }), async (operations) => {
      await run(async (bench) => {
        const { queue, events, tasks } = bench;
        const model = new Model();
        let wakes = 0;
        let vain = 0;
        // What a woken task was woken for goes to the next one; when there is none, it was in vain.
        const handOn = (wasWoken: boolean) => {
          if (wasWoken && !queue.wakeOne()) vain++;
        };
        for (const step of operations) {
          if (step.kind === 'wait') {
            const name = String(tasks.size);
            bench.wait(name, handOn);
            await sleep(0);
            settle(model);
            model.waiting.push({ name, state: 'parked' });
          } else if (step.kind === 'turn') {
            await sleep(0);
            settle(model);
          } else if (step.kind === 'cancel') {
            tasks.get(String(step.index))?.cancel();
            model.cancel(String(step.index));
          } else {
            const count = step.kind === 'wakeOne' ? 1 : step.kind === 'wake' ? step.count : Infinity;
            const woken = model.wake(count);
            if (step.kind === 'wakeAll') queue.wakeAll();
            else expect(step.kind === 'wakeOne' ? Number(queue.wakeOne()) : queue.wake(count)).toBe(woken);
            wakes += woken;
          }
          expect(queue.size).toBe(model.waiting.length);
          expect(queue.isAwaited).toBe(model.waiting.some(({ state }) => state !== 'cancelled'));
        }
        while (model.waiting.some(({ state }) => state !== 'parked')) {
          await sleep(0);
          settle(model);
        }
        const woken = events.filter((event) => event.endsWith('woken'));
        expect(woken.length + vain).toBe(wakes);
        expect(woken).toEqual([...woken].sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)));
        expect(queue.size).toBe(model.waiting.length);
        for (const task of tasks.values()) task.cancel();
        await sleep(0);
        expect(queue.size).toBe(0);
      });
    }),
    randomRuns(200, 40),
  );

  /** One turn of the loop: all that were woken or cancelled go on; what was in vain wakes the next. */
  function settle(model: Model): void {
    const going = model.waiting.filter(({ state }) => state !== 'parked');
    for (const waiter of going) {
      model.waiting.splice(model.waiting.indexOf(waiter), 1);
      if (waiter.state === 'wokenCancelled') model.wake(1);
    }
  }
});

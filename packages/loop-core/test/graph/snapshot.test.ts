import { allTasks, CoreEventLoop, createTask, currentTask, sleep, timeout } from '@bight/loop-core';
import {
  countsOfLoop,
  noteQueue,
  numberOf,
  setDefaultExecutorFactory,
  snapshotOfLoop,
  trackHandle,
  untrackHandle,
  waitsOf,
  watchQueues,
} from '@bight/loop-core/low-level';
import { describe, expect, test } from '@jest/globals';
import { outcome } from '../../../../test/support/outcome.js';
import { inLoop } from '../support/loops.js';

describe('a snapshot of a loop', () => {
  test('has the tasks, with what they wait for and the time that they have left', () =>
    inLoop(async (loop) => {
      const child = createTask(() => sleep(1000), { name: 'child' });
      const parent = createTask(() => timeout(60_000).run(async () => await child), { name: 'parent' });
      for (let turn = 0; turn < 5; turn++) await sleep(0);
      const { tasks } = snapshotOfLoop(loop);
      const [one, other] = ['child', 'parent'].map((name) => tasks.find((task) => task.name === name)!);
      expect(one).toMatchObject({ state: 'waiting', awaitedBy: [other!.id] });
      expect(
        other!.timeLimits!.map(({ kind, secondsLeft }) => [kind, Math.round(secondsLeft / 1000)]),
      ).toEqual([['timeout', 60]]);
      expect('timeLimits' in one!).toBe(false);
      child.cancel();
      await outcome(parent);
    }));

  test('numbers the loop before its tasks', () =>
    inLoop(async (loop) => {
      const { id, tasks } = snapshotOfLoop(loop);
      for (const task of tasks) expect(task.id).toBeGreaterThan(id);
      expect(tasks.length).toBeGreaterThan(0);
    }));

  test('has what is open, with the other end, the unsent bytes and the process', () =>
    inLoop(async (loop) => {
      const transport = {
        getWriteBufferSize: () => 7,
        getExtraInfo: (name: string) => (name === 'peername' ? { host: '::1', port: 80 } : undefined),
        toString: () => '<Transport>',
      };
      const child = { getPid: () => 12 };
      const broken = {
        getWriteBufferSize() {
          throw new Error('closed');
        },
        toString() {
          throw new Error('closed');
        },
      };
      for (const [kind, handle] of Object.entries({ transport, process: child, broken }))
        trackHandle(loop, kind, handle);
      const handles = snapshotOfLoop(loop).handles.map(({ id: _, stack: __, ...rest }) => rest);
      expect(handles).toEqual([
        { kind: 'transport', text: '<Transport>', peer: '[::1]:80', unsent: 7 },
        { kind: 'process', text: 'Object', pid: 12 },
        { kind: 'broken', text: 'Object' },
      ]);
      for (const handle of [transport, child, broken]) untrackHandle(loop, handle);
    }));

  test('comes page by page: every task that stays is on one of them', () =>
    inLoop(async (loop) => {
      const make = (name: string) => createTask(() => sleep(1000), { name });
      const tasks = Array.from({ length: 20 }, (_, at) => make(`task ${at}`));
      const last = make('awaited by the first');
      const first = createTask(async () => void (await last), { name: 'awaits the last' });
      await sleep(0);
      await sleep(0);
      const handle = {};
      trackHandle(loop, 'transport', handle);
      // A number that a tool gave out before: that of a task which began late.
      const early = numberOf(tasks[15]!);
      const seen: string[] = [];
      const sizes: number[] = [];
      for (let after = 0, more = 1; more > 0; ) {
        const page = snapshotOfLoop(loop, { after, limit: 8 });
        expect(page.handles).toHaveLength(after === 0 ? 1 : 0);
        expect(page.tasks.map(({ id }) => id)).toEqual(
          page.tasks.map(({ id }) => id).sort((one, other) => one - other),
        );
        for (const { id, name, awaitedBy } of page.tasks) {
          if (id === early) expect(seen.length).toBeLessThan(8);
          if (name === 'awaited by the first') expect(awaitedBy).toEqual([numberOf(first)]);
          seen.push(name);
        }
        sizes.push(page.tasks.length);
        ({ more } = page);
        after = page.tasks.at(-1)!.id;
        // One that was listed ends, and another one begins.
        if (sizes.length === 1) {
          tasks[0]!.cancel();
          make('made meanwhile');
          await sleep(0);
          await sleep(0);
        }
      }
      untrackHandle(loop, handle);
      expect(sizes).toEqual([8, 8, 8]);
      expect(new Set(seen).size).toBe(24);
      for (const name of tasks.map((task) => task.getName())) expect(seen).toContain(name);
      const rest = [...allTasks()].filter((task) => task !== currentTask());
      for (const task of rest) task.cancel();
      await Promise.allSettled(rest.map((task) => task.then()));
    }));

  test('has of very many handles those with the most unsent bytes', () =>
    inLoop(async (loop) => {
      const handles = [3, 9, 0, 7].map((size) => ({ getWriteBufferSize: () => size }));
      for (const handle of handles) trackHandle(loop, 'transport', handle);
      const page = snapshotOfLoop(loop, { limit: 2 });
      expect(page.handles.map(({ unsent }) => unsent)).toEqual([9, 7]);
      expect(page).toMatchObject({ handleCount: 4, handleKinds: { transport: 4 }, unsent: 19 });
      for (const handle of handles) untrackHandle(loop, handle);
    }));

  test('has the calls of each executor that have not returned', () =>
    inLoop(async (loop) => {
      let end = () => {};
      const calls = ['running', 'queued', 'queued'].map((state) => ({
        running: () => state === 'running',
        result: () => undefined,
        then: (resolve: (value: undefined) => void) => {
          const before = end;
          end = () => {
            before();
            resolve(undefined);
          };
        },
      }));
      class Pool {
        readonly kind = 'thread';
        submit = () => calls.shift();
        shutdown = async () => {};
      }
      const pool = new Pool();
      const futures = [1, 2, 3].map(() => loop.runInExecutor(pool as never, () => undefined));
      expect(snapshotOfLoop(loop).executors).toEqual([
        { id: expect.any(Number), name: 'Pool', running: 1, queued: 2 },
      ]);
      end();
      for (const future of futures) future.cancel();
      await sleep(0);
      expect(snapshotOfLoop(loop).executors).toEqual([]);
      setDefaultExecutorFactory(null);
    }));

  test('has the queues that were made since a tool looks, while they live', () =>
    inLoop(async (loop) => {
      class Line {
        size = 3;
      }
      const look = ({ size }: Line) => ({ size, capacity: Number.POSITIVE_INFINITY });
      noteQueue(new Line(), look);
      watchQueues();
      const line = new Line();
      noteQueue(line, look);
      const broken = new Line();
      noteQueue(broken, () => {
        throw new Error('not ready');
      });
      const queues = () => snapshotOfLoop(loop).queues.filter(({ name }) => name === 'Line');
      expect(queues()).toEqual([
        { id: expect.any(Number), name: 'Line', size: 3, capacity: null, stack: null },
      ]);
      line.size = 4;
      expect(queues()).toMatchObject([{ size: 4 }]);
      const other = new CoreEventLoop();
      expect(snapshotOfLoop(other).queues.filter(({ name }) => name === 'Line')).toEqual([]);
      other.close();
      expect(broken.size).toBe(3);
    }));
});

describe('the counts of a loop', () => {
  test('have the tasks by what they do and by their functions', () =>
    inLoop(async (loop) => {
      const waits = async () => await sleep(1000);
      const tasks = Array.from({ length: 3 }, () => createTask(waits));
      await sleep(0);
      await sleep(0);
      const ready = createTask(async () => await sleep(0));
      const cancelling = createTask(async () => {
        try {
          await sleep(1000);
        } finally {
          await sleep(1000);
        }
      });
      await sleep(0);
      cancelling.cancel();
      await sleep(0);
      await sleep(0);
      void createTask(async () => {});
      const { taskCount, taskStates, coroutines } = countsOfLoop(loop);
      const { tasks: listed } = snapshotOfLoop(loop);
      expect(taskCount).toBe(listed.length);
      for (const [state, count] of Object.entries(taskStates))
        expect([state, listed.filter((task) => task.state === state).length]).toEqual([state, count]);
      expect(taskStates).toMatchObject({ running: 1, waiting: 3, cancelling: 1 });
      expect(coroutines).toContainEqual({ name: 'waits', count: 3 });
      for (const task of [...tasks, cancelling]) task.cancel();
      cancelling.cancel();
      await outcome(ready);
      await outcome(cancelling);
    }));

  test('are made without visiting each task', () =>
    inLoop(async (loop) => {
      let asked = 0;
      const task = createTask(() => sleep(1000));
      task.getName = () => `asked ${++asked}`;
      countsOfLoop(loop);
      expect(asked).toBe(0);
      snapshotOfLoop(loop);
      expect(asked).toBe(1);
      task.cancel();
      await outcome(task);
    }));
});

test('waitsOf() finds what a task has begun and does not await', () =>
  inLoop(async () => {
    const floating = createTask(async () => {
      void (async () => await sleep(1000))();
      await sleep(0);
    });
    await floating;
    expect(waitsOf(floating)).toBe(1);
    const tidy = createTask(async () => await sleep(0));
    await tidy;
    expect(waitsOf(tidy)).toBe(0);
    expect(waitsOf({})).toBe(0);
  }));

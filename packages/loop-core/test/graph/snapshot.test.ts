import { CoreEventLoop, createTask, sleep, timeout } from '@bight/loop-core';
import {
  noteQueue,
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

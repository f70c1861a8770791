import { CoreEventLoop, createTask, LeakError, sleep } from '@bight/loop-core';
import { trackHandle, untrackHandle } from '@bight/loop-core/low-level';
import { describe, expect, test } from '@jest/globals';
import { outcome } from '../../../../test/support/outcome.js';
import { inLoop, ManualHost, settle } from '../support/loops.js';

describe('assertNoLeaks()', () => {
  test('names tasks and timers that are left', () =>
    inLoop(async (loop) => {
      loop.assertNoLeaks();
      const task = createTask(() => sleep(1000), { name: 'forgotten' });
      await sleep(0);
      const error = await outcome((async () => loop.assertNoLeaks())());
      expect(error).toBeInstanceOf(LeakError);
      expect((error as LeakError).leaks.map(({ kind }) => kind)).toEqual(['task', 'timer']);
      expect((error as Error).message).toMatch(/2 still open.*forgotten.*timer/s);
      task.cancel();
      await outcome(task);
      loop.assertNoLeaks();
    }));

  test('names what add-ons have registered, and where it was made in debug mode', () =>
    inLoop(async (loop) => {
      loop.setDebug(true);
      const handle = { toString: () => '<a connection>' };
      trackHandle(loop, 'transport', handle);
      expect(() => loop.assertNoLeaks()).toThrow(/transport: <a connection>, made\n.*inspector\.test/s);
      expect(loop.liveHandles()[0]).toMatchObject({ kind: 'transport', handle });
      untrackHandle(loop, handle);
      untrackHandle(loop, handle);
      loop.assertNoLeaks();
    }));

  test('works for a loop that does not run', () => {
    const loop = new CoreEventLoop();
    const timer = loop.callLater(1, () => undefined);
    expect(() => loop.assertNoLeaks()).toThrow(LeakError);
    timer.cancel();
    loop.assertNoLeaks();
    loop.close();
  });
});

describe('statistics()', () => {
  test('counts what is queued', () =>
    inLoop(async (loop) => {
      const handles = [loop.callLater(1000, () => undefined), loop.callLater(2000, () => undefined)];
      loop.callSoon(() => undefined);
      const { ready, timers, tasks } = loop.statistics();
      expect({ ready, timers, tasks }).toEqual({ ready: 1, timers: 2, tasks: 1 });
      for (const handle of handles) handle.cancel();
      expect(loop.statistics().timers).toBe(0);
    }));

  test('counts iterations from the first call on', () =>
    inLoop(async (loop) => {
      expect(loop.statistics().iterations).toBe(0);
      for (let turn = 0; turn < 5; turn++) await sleep(0);
      expect(loop.statistics().iterations).toBe(5);
    }));

  test('shows how busy the loop was, and how late its timers', async () => {
    const host = new ManualHost();
    const loop = new CoreEventLoop({ host });
    loop.statistics();
    loop.callLater(1, () => host.advance(3));
    loop.callLater(5, () => loop.stop());
    const run = loop.runForever();
    await settle();
    host.advance(2); // the first is one second late; the second is due when it ends
    await settle();
    host.advance(1);
    await run;
    const { seconds, busyShare, lag } = loop.statistics();
    expect({ seconds, busyShare, lag }).toEqual({
      seconds: 6,
      busyShare: 0.5,
      lag: { count: 2, p50: 0, p90: 1, p99: 1, max: 1 },
    });
    loop.close();
  });
});

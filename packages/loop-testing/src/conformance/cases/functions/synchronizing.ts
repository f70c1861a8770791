/// <reference lib="esnext.disposable" preserve="true" />
import { ValueError } from '@bight/contextvars';
import { gather } from '@bight/loop-core';
import { type CaseDefinition, suite } from '../../case.js';
import { deepEqual, equal, ok, throws } from '../../check.js';
import type { HighLevel } from '../../high-level.js';

/** Locks and what is like them. */
export const synchronizingCases = ({
  Lock,
  Held,
  Semaphore,
  BoundedSemaphore,
  Event,
  Condition,
  Barrier,
}: HighLevel): CaseDefinition[] =>
  suite('TaskLoop', 'of bight,', (define) => {
    define('a Lock is held by one task after the other', async ({ task, trace, turns }) => {
      await task(async () => {
        const lock = new Lock();
        const hold = (name: string) => async () => {
          await lock.acquire();
          trace.push(`${name} in`);
          await turns(2);
          trace.push(`${name} out`);
          lock.release();
        };
        await gather([hold('a'), hold('b'), hold('c')]);
      });
      deepEqual(trace, ['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
    });

    define('what is held is given back at the end of a block of `using`', async ({ task, trace }) => {
      await task(async () => {
        const [lock, semaphore] = [new Lock(), new BoundedSemaphore({ value: 1 })];
        for (const lent of [lock, semaphore]) {
          {
            using held = await lent.acquire();
            ok(held instanceof Held);
            trace.push(lent.locked());
          }
          trace.push(lent.locked());
        }
        throws(() => semaphore.release(), ValueError);
      });
      deepEqual(trace, [true, false, true, false]);
    });

    define('a Semaphore lets so many in', async ({ task, turns }) => {
      let most = 0;
      await task(async () => {
        const semaphore = new Semaphore({ value: 2 });
        let inside = 0;
        const enter = async () => {
          await semaphore.acquire();
          most = Math.max(most, ++inside);
          await turns(2);
          inside--;
          semaphore.release();
        };
        await gather([enter, enter, enter, enter, enter]);
      });
      equal(most, 2);
    });

    define('an Event wakes all, and a Condition one', async ({ loop, task, trace }) => {
      await task(async () => {
        const event = new Event();
        const condition = new Condition();
        const byEvent = (name: string) => async () => {
          await event.wait();
          trace.push(name);
        };
        const byCondition = async () => {
          await condition.acquire();
          await condition.wait();
          trace.push('notified');
          condition.release();
        };
        const notify = async () => {
          await condition.acquire();
          condition.notify();
          condition.release();
        };
        loop.callSoon(() => event.set());
        await gather([byEvent('a'), byEvent('b'), byCondition, notify]);
      });
      deepEqual(trace.sort(), ['a', 'b', 'notified']);
    });

    define('a Barrier waits for all parties', async ({ task }) => {
      const places = await task(async () => {
        const barrier = new Barrier(3);
        const arrive = async () => await barrier.wait();
        return await gather([arrive, arrive, arrive]);
      });
      deepEqual([...places].sort(), [0, 1, 2]);
    });
  });

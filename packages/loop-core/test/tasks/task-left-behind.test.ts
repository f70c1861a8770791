import { ContextVar } from '@bight/contextvars';
import { CoreEventLoop, createTask, sleep, type Task } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { expectLeftOpen, expectWarning } from '../../../../test/support/process-events.js';
import { collectReports, inLoop } from '../support/loops.js';

describe('what a task leaves behind', () => {
  test('an exception that is never retrieved is reported with the name of its kind', () => {
    const loop = new CoreEventLoop();
    const reports = collectReports(loop);
    const variable = new ContextVar<string>('variable', { default: '' });
    let seen = '';
    loop.setExceptionHandler((_loop, context) => {
      reports.push(context);
      seen = variable.get();
    });
    return loop
      .runUntilComplete(async () => {
        createTask(async () => {
          variable.set("the task's own");
          throw new Error('lost');
        });
        await sleep(0);
        await sleep(0);
      })
      .then(() => loop.close())
      .then(() => {
        expect(reports.map(({ message }) => message)).toEqual(['Task exception was never retrieved']);
        expect(seen).toBe("the task's own");
      });
  });

  test('a pending task of a loop that closes is reported', async () => {
    expectLeftOpen('task: <Task pending');
    const loop = new CoreEventLoop();
    const reports = collectReports(loop);
    let task: Task | undefined;
    await loop.runUntilComplete(async () => {
      task = createTask(async () => await sleep(3600)) as Task;
      await sleep(0);
    });
    loop.close();
    expect(reports.map(({ message }) => message)).toEqual(['Task was destroyed but it is pending!']);
    expect(reports[0]?.task).toBe(task);
  });

  test('an async generator is closed by shutdownAsyncgens; adopting one afterwards warns', async () => {
    const closed: string[] = [];
    const reports = await inLoop(async (loop) => {
      const collected = collectReports(loop);
      const generator = async function* (name: string) {
        using _ = {
          [Symbol.dispose]() {
            closed.push(name);
            if (name === 'failing') throw new Error('while closing');
          },
        };
        yield 1;
        yield 2;
      };
      const tracked = loop.trackAsyncgen(generator('tracked'));
      const failing = loop.trackAsyncgen(generator('failing'));
      await tracked.next();
      await failing.next();
      await loop.shutdownAsyncgens();
      const warning = expectWarning('shutdownAsyncgens');
      loop.trackAsyncgen(generator('late'));
      await warning;
      return collected;
    });
    expect(closed.sort()).toEqual(['failing', 'tracked']);
    expect(reports).toHaveLength(1);
    expect(reports[0]?.asyncgen).toBeDefined();
  });

  test('what is no async generator is refused', () =>
    inLoop(async (loop) => {
      for (const value of [undefined, null, 1, async function* () {}]) {
        expect(() => loop.trackAsyncgen(value as never)).toThrow(
          /^asyncgen must be an async generator, not /,
        );
      }
    }));
});

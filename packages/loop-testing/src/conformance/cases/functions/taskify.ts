import { ContextVar } from '@bight/contextvars';
import { CancelledError } from '@bight/loop-abstract';
import { createTask, currentTask, taskify } from '@bight/loop-core';
import { type CaseDefinition, suite } from '../../case.js';
import { deepEqual, equal, fails } from '../../check.js';

const colour = new ContextVar('colour', { default: 'none' });

/** Functions for callbacks of the host, on a loop that makes the tasks of `@bight/loop-core`. */
export const taskifyCases: CaseDefinition[] = suite(
  'TaskLoop',
  'taskify()',
  (define) => {
    define('makes a task of each call by the host, in a context of its own', async ({ loop, run, trace }) => {
      await run(async () => {
        colour.set('red');
        const called = new Promise<void>((resolve) => {
          const handler = taskify(
            async (name: string) => {
              trace.push(name, currentTask({ loop })?.getName(), colour.get());
              colour.set('blue');
              if (name === 'second') resolve();
            },
            { name: 'handler' },
          );
          setImmediate(() => {
            handler('first');
            handler('second');
          });
        });
        await called;
        trace.push(colour.get());
      });
      deepEqual(trace, ['first', 'handler', 'red', 'second', 'handler', 'red', 'red']);
    });

    define('gives the task, of an async, a generator and a plain function', async ({ run }) => {
      await run(async () => {
        const handlers = [
          taskify(async (value: number) => value),
          taskify(function* (value: number) {
            yield;
            return value;
          }),
          taskify((value: number) => value),
        ];
        deepEqual(await Promise.all(handlers.map((handler) => handler(1))), [1, 1, 1]);
      });
    });

    define('keeps a call from being cancelled with the task that has made the function', async (c) => {
      const { loop, run, turns, trace } = c;
      await run(async () => {
        const release = loop.createFuture();
        const entered = loop.createFuture();
        const registering = createTask(async () => {
          const handler = taskify(async () => {
            entered.setResult(undefined);
            trace.push(await release);
          });
          setImmediate(handler);
          await loop.createFuture();
        });
        await entered;
        await turns(1);
        registering.cancel();
        await fails(() => registering, CancelledError);
        release.setResult('goes on');
        await turns(3);
      });
      deepEqual(trace, ['goes on']);
    });

    define(
      'reports an error that no code awaits',
      async (c) => {
        const { loop, run, turns } = c;
        await run(async () => {
          const failing = taskify(async () => {
            throw new RangeError('thrown by a handler');
          });
          failing();
          await fails(() => failing(), RangeError);
          await turns(3);
        });
        equal(c.report().exception?.message, 'thrown by a handler');
        equal(loop.isClosed(), false);
      },
      { needs: ['coreTasks', 'ErrorHandlingLoop'] },
    );
  },
  { needs: ['coreTasks'] },
);

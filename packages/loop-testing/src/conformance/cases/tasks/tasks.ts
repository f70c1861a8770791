import { RuntimeError } from '@bight/contextvars';
import { type CaseDefinition, IDLE, suite } from '../../case.js';
import { deepEqual, equal, ok, throws } from '../../check.js';

/** The tasks that it makes. */
export const taskCases: CaseDefinition[] = suite('TaskLoop', 'a task', (define) => {
  define('is named, Task-N by itself', async ({ loop, run }) => {
    await run(async () => {
      const named = loop.createTask(async () => {}, { name: 'given' });
      const unnamed = loop.createTask(async () => {});
      equal(named.getName(), 'given');
      ok(/^Task-\d+$/.test(unnamed.getName()), unnamed.getName());
      unnamed.setName('later');
      equal(unnamed.getName(), 'later');
      await named;
      await unnamed;
    });
  });

  define('gives its coroutine function', async ({ loop, run }) => {
    const coro = async () => {};
    await run(async () => {
      const task = loop.createTask(coro);
      equal(task.getCoro(), coro);
      await task;
    });
  });

  define('belongs to its loop', async ({ loop, run }) => {
    await run(async () => {
      const task = loop.createTask(async () => {});
      equal(task.getLoop(), loop);
      await task;
    });
  });

  define('ends through its coroutine only', async ({ loop, run }) => {
    await run(async () => {
      const task = loop.createTask(async () => 1);
      throws(() => task.setResult(2), RuntimeError);
      throws(() => task.setException(new Error('set')), RuntimeError);
      equal(await task, 1);
    });
  });

  define('calls back when it is done', async ({ loop, run, turns, trace }) => {
    await run(async () => {
      const task = loop.createTask(async () => 'result');
      task.addDoneCallback((done) => trace.push(done === task, done.result()));
      await task;
      await turns(1);
    });
    deepEqual(trace, [true, 'result']);
  });

  define('can be awaited by another one, for one turn', async ({ loop, task, trace, note }) => {
    await task(async () => {
      const inner = loop.createTask(async () => {
        loop.callSoon(note('scheduled inside'));
        return 'result';
      });
      trace.push(await inner);
    });
    deepEqual(trace, ['scheduled inside', 'result']);
  });

  define('gives a stack, and prints it', async ({ loop, run }) => {
    await run(async () => {
      const task = loop.createTask(async () => {});
      ok(Array.isArray(task.getStack()));
      ok(task.getStack({ limit: 1 }).length <= 1);
      await task;
    });
  });

  define(
    'whose exception is never retrieved is reported when the loop closes, at the latest',
    async (c) => {
      const { loop, run, turns } = c;
      const error = new RangeError('never retrieved');
      await run(() => {
        loop.createTask(async () => {
          throw error;
        });
        return turns(4);
      });
      loop.close();
      equal(c.report().exception, error);
    },
    { states: IDLE, needs: ['ErrorHandlingLoop'] },
  );
});

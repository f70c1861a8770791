import type { AbstractTask, TaskFactory } from '@bight/loop-abstract';
import { type CaseDefinition, suite } from '../../case.js';
import { deepEqual, equal, throws } from '../../check.js';

/** What makes tasks instead. */
export const taskFactoryCases: CaseDefinition[] = suite('TaskLoop', 'setTaskFactory()', (define) => {
  define('is null at first', ({ loop }) => equal(loop.getTaskFactory(), null));

  define('has its function make the tasks', async ({ loop, run, trace }) => {
    const coro = async () => 'result';
    const factory: TaskFactory = (owner, given, options) => {
      trace.push(owner === loop, (given as unknown) === coro, options.name);
      loop.setTaskFactory(null);
      return loop.createTask(given, options);
    };
    await run(async () => {
      loop.setTaskFactory(factory);
      equal(loop.getTaskFactory(), factory);
      equal(await loop.createTask(coro, { name: 'given' }), 'result');
    });
    deepEqual(trace, [true, true, 'given']);
    equal(loop.getTaskFactory(), null);
  });

  define('returns what that makes from createTask()', async ({ loop, run }) => {
    const future = loop.createFuture<never>();
    await run(() => {
      loop.setTaskFactory(() => future);
      equal(
        loop.createTask(async () => {}),
        future as unknown as AbstractTask<void>,
      );
      loop.setTaskFactory(null);
      future.cancel();
    });
  });

  define('refuses what is neither a function nor null', ({ loop }) => {
    throws(() => loop.setTaskFactory({} as never), TypeError);
  });
});

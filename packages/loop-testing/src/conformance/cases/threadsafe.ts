import { RuntimeError } from '@bight/contextvars';
import { currentRunContext } from '@bight/contextvars/low-level';
import { connectThreadsafe } from '@bight/loop-core';
import { type CaseDefinition, suite } from '../case.js';
import type { CaseContext } from '../case-context.js';
import { deepEqual, equal, fails, throws } from '../check.js';

type Api = Record<string, (...args: never[]) => unknown>;

/** Exposes functions, and reaches them through the port as another thread would. */
function expose<A extends Api>({ loop, defer }: CaseContext, api: A) {
  const port = loop.exposeThreadsafe(api);
  defer(() => port.close());
  return connectThreadsafe<A>(port);
}

/** `exposeThreadsafe()`. A port does not mind whether its other end is in the same thread. */
export const threadsafeCases: CaseDefinition[] = suite('ThreadsafeLoop', 'exposeThreadsafe()', (define) => {
  define('gives the result of a function', async (c) => {
    await c.run(async () => equal(await expose(c, { add: (a: number, b: number) => a + b }).add(1, 2), 3));
  });

  define('runs the functions inside the loop', async (c) => {
    const { loop, run } = c;
    await run(async () => {
      const isInside = await expose(c, { look: () => currentRunContext()?.loop === loop }).look();
      equal(isInside, true);
    });
  });

  define('throws what a function throws', async (c) => {
    const api = {
      fail(): never {
        throw new RangeError('thrown on the loop');
      },
    };
    await c.run(async () => void (await fails(() => expose(c, api).fail(), RangeError, 'on the loop')));
  });

  define(
    'waits for coroutine functions',
    async (c) => {
      const { loop, run } = c;
      const api = {
        async later() {
          const future = loop.createFuture<string>();
          loop.callSoon(() => future.setResult('later'));
          return await future;
        },
      };
      await run(async () => equal(await expose(c, api).later(), 'later'));
    },
    { needs: ['TaskLoop'] },
  );

  define('keeps the order of calls', async (c) => {
    const { run, trace } = c;
    await run(async () => {
      const remote = expose(c, { note: (n: number) => void trace.push(n) });
      await Promise.all([1, 2, 3].map((n) => remote.note(n)));
    });
    deepEqual(trace, [1, 2, 3]);
  });

  define('clones what goes over', async (c) => {
    const value = { list: [1, 2], at: new Date(0) };
    await c.run(async () => {
      const back = await expose(c, { same: (given: typeof value) => given }).same(value);
      equal((back as typeof value).list.join(), '1,2');
      equal(Object.is(back, value), false);
    });
  });

  define('refuses what is no object of functions', ({ loop }) => {
    throws(() => loop.exposeThreadsafe(null as never), TypeError);
    throws(() => loop.exposeThreadsafe({ answer: 42 } as never), TypeError);
  });

  define(
    'is refused by a closed loop',
    ({ loop }) => {
      throws(() => loop.exposeThreadsafe({ none: () => {} }), RuntimeError, 'closed');
    },
    { states: ['closed'] },
  );
});

import { AsyncLocalStorage } from 'node:async_hooks';
import { ContextVar, copyContext, RuntimeError } from '@bight/contextvars';
import { currentRunContext } from '@bight/contextvars/low-level';
import { type CaseDefinition, suite } from '../case.js';
import { deepEqual, equal, ok, throws } from '../check.js';

const colour = new ContextVar('colour', { default: 'none' });

/** `callSoon()`. */
export const callSoonCases: CaseDefinition[] = suite('SchedulingLoop', 'callSoon()', (define) => {
  define(
    'runs callbacks in the order in which they were scheduled',
    async ({ loop, run, turns, trace, note }) => {
      await run(() => {
        for (let n = 1; n <= 5; n++) loop.callSoon(note(n));
        return turns(2);
      });
      deepEqual(trace, [1, 2, 3, 4, 5]);
    },
  );

  define('does not run the callback before it returns', async ({ loop, run, turns, trace, note }) => {
    await run(() => {
      loop.callSoon(note('callback'));
      trace.push('returned');
      return turns(2);
    });
    deepEqual(trace, ['returned', 'callback']);
  });

  define('runs each callback exactly once', async ({ loop, run, turns, trace, note }) => {
    await run(() => {
      const callback = note('once');
      loop.callSoon(callback);
      return turns(4);
    });
    deepEqual(trace, ['once']);
  });

  define('runs a callback as often as it was scheduled', async ({ loop, run, turns, trace, note }) => {
    await run(() => {
      const callback = note('called');
      for (let n = 0; n < 3; n++) loop.callSoon(callback);
      return turns(2);
    });
    equal(trace.length, 3);
  });

  define('hands the arguments over', async ({ loop, run, turns, trace }) => {
    const callback = (...args: unknown[]) => trace.push(args);
    await run(() => {
      loop.callSoon(callback, ['a', 2, null]);
      return turns(2);
    });
    deepEqual(trace, [['a', 2, null]]);
  });

  define('calls without arguments when there are none, or null', async ({ loop, run, turns, trace }) => {
    const callback = (...args: unknown[]) => trace.push(args.length);
    await run(() => {
      loop.callSoon(callback);
      loop.callSoon(callback, null);
      loop.callSoon(callback, null, null);
      loop.callSoon(callback, [], { context: null });
      return turns(2);
    });
    deepEqual(trace, [0, 0, 0, 0]);
  });

  define(
    'runs what a callback schedules after what was scheduled before',
    async ({ loop, run, turns, trace, note }) => {
      await run(() => {
        loop.callSoon(() => {
          trace.push('a');
          loop.callSoon(note('from a'));
        });
        loop.callSoon(note('b'));
        loop.callSoon(note('c'));
        return turns(3);
      });
      deepEqual(trace, ['a', 'b', 'c', 'from a']);
    },
  );

  define(
    'runs callbacks one after the other, never one inside another',
    async ({ loop, run, turns, trace }) => {
      let depth = 0;
      const callback = (more: number) => {
        depth++;
        trace.push(depth);
        if (more > 0) loop.callSoon(callback, [more - 1]);
        depth--;
      };
      await run(() => {
        loop.callSoon(callback, [3]);
        return turns(6);
      });
      deepEqual(trace, [1, 1, 1, 1]);
    },
  );

  define('lets what a callback resumed come to its next wait before the next callback', async (c) => {
    const { loop, run, turns, trace, note } = c;
    const nested = async () => {
      await null;
      await Promise.resolve();
    };
    const resumed = async () => {
      trace.push('begins');
      await nested();
      await nested();
      trace.push('goes on');
    };
    await run(() => {
      loop.callSoon(() => resumed());
      loop.callSoon(note('next'));
      return turns(2);
    });
    deepEqual(trace, ['begins', 'goes on', 'next']);
  });

  define('keeps the microtasks of each callback apart', async ({ loop, run, turns, trace, note }) => {
    const callback = async (name: string) => {
      trace.push(`${name}1`);
      await null;
      trace.push(`${name}2`);
    };
    await run(() => {
      for (const name of ['a', 'b', 'c']) loop.callSoon(() => callback(name));
      loop.callSoon(note('d'));
      return turns(2);
    });
    deepEqual(trace, ['a1', 'a2', 'b1', 'b2', 'c1', 'c2', 'd']);
  });

  define('leaves the host its turns, however much is scheduled', async ({ loop, run, trace, note }) => {
    await run(
      () =>
        new Promise<void>((resolve) => {
          let isOver = false;
          const again = () => {
            if (!isOver) loop.callSoon(again);
          };
          loop.callSoon(again);
          setTimeout(() => {
            setImmediate(() => {
              isOver = true;
              note('timer and immediate')();
              resolve();
            });
          }, 1);
        }),
    );
    deepEqual(trace, ['timer and immediate']);
  });

  define(
    'leaves the host its turns in a chain of callbacks and promises',
    async ({ run, turns, trace, note }) => {
      await run(async () => {
        setTimeout(note('timer'), 1);
        while (trace.length === 0) await turns(1);
      });
      deepEqual(trace, ['timer']);
    },
  );

  define('returns a handle that is not cancelled', async ({ loop, run, note }) => {
    const handle = await run(() => [loop.callSoon(note('called'))]);
    equal(handle[0]?.cancelled(), false);
  });

  define('does not run a callback whose handle was cancelled', async ({ loop, run, turns, trace, note }) => {
    await run(() => {
      const handle = loop.callSoon(note('cancelled'));
      loop.callSoon(note('other'));
      handle.cancel();
      equal(handle.cancelled(), true);
      return turns(3);
    });
    deepEqual(trace, ['other']);
  });

  define(
    'lets a callback cancel a later one of the same iteration',
    async ({ loop, run, turns, trace, note }) => {
      await run(() => {
        loop.callSoon(() => {
          trace.push('first');
          second.cancel();
        });
        const second = loop.callSoon(note('second'));
        loop.callSoon(note('third'));
        return turns(2);
      });
      deepEqual(trace, ['first', 'third']);
    },
  );

  define('takes a cancel twice, and one that comes too late', async ({ loop, run, turns, trace, note }) => {
    await run(async () => {
      const twice = loop.callSoon(note('twice'));
      twice.cancel();
      twice.cancel();
      const late = loop.callSoon(note('late'));
      await turns(2);
      late.cancel();
      await turns(1);
    });
    deepEqual(trace, ['late']);
  });

  define('runs the callback in the context of when it was scheduled', async ({ loop, run, turns, trace }) => {
    await run(() => {
      const callback = () => trace.push(colour.get());
      const token = colour.set('red');
      loop.callSoon(callback);
      colour.reset(token);
      loop.callSoon(callback);
      return turns(2);
    });
    deepEqual(trace, ['red', 'none']);
  });

  define('keeps what a callback sets to the callback', async ({ loop, run, turns, trace }) => {
    await run(async () => {
      loop.callSoon(() => {
        colour.set('green');
        trace.push(colour.get());
      });
      loop.callSoon(() => trace.push(colour.get()));
      await turns(2);
      trace.push(colour.get());
    });
    deepEqual(trace, ['green', 'none', 'none']);
  });

  define('runs the callback in the context that it is given', async ({ loop, run, turns, trace }) => {
    const context = copyContext();
    await run(async () => {
      loop.callSoon(() => colour.set('blue'), null, { context });
      await turns(2);
      loop.callSoon(() => trace.push(colour.get()), null, { context });
      await turns(2);
    });
    equal(context.get(colour), 'blue');
    deepEqual(trace, ['blue']);
  });

  define('gives the context through the handle', async ({ loop, run, note, turns }) => {
    const context = copyContext();
    await run(() => {
      equal(loop.callSoon(note(), null, { context }).getContext(), context);
      const token = colour.set('red');
      equal(loop.callSoon(note()).getContext().get(colour), 'red');
      colour.reset(token);
      return turns(2);
    });
  });

  define('may be given one context for several callbacks, and by one of them again', async (c) => {
    const { loop, run, turns, trace, note } = c;
    const context = copyContext();
    await run(() => {
      loop.callSoon(() => loop.callSoon(note('inner'), null, { context }), null, { context });
      loop.callSoon(note('outer'), null, { context });
      return turns(3);
    });
    deepEqual(trace, ['outer', 'inner']);
  });

  define('keeps every AsyncLocalStorage as it was', async ({ loop, run, turns, trace }) => {
    const storage = new AsyncLocalStorage<string>();
    await run(() => {
      storage.run('request', () => loop.callSoon(() => trace.push(storage.getStore())));
      loop.callSoon(() => trace.push(storage.getStore()));
      return turns(2);
    });
    deepEqual(trace, ['request', undefined]);
  });

  define('names the loop, and no task, in the frame of a callback', async ({ loop, run, turns, trace }) => {
    await run(() => {
      loop.callSoon(() => trace.push(currentRunContext()?.loop === loop, currentRunContext()?.task ?? null));
      return turns(2);
    });
    deepEqual(trace, [true, null]);
  });

  define('refuses what is not a function, at once', async ({ loop, run }) => {
    await run(() => {
      for (const wrong of [undefined, null, 'callback', {}])
        throws(() => loop.callSoon(wrong as never), TypeError);
    });
  });

  define('refuses arguments that are not in an array', async ({ loop, run, note }) => {
    await run(() => {
      throws(() => loop.callSoon(note('called') as never, 'ab' as never), TypeError);
    });
  });

  define(
    'is refused by a closed loop',
    ({ loop, note, trace }) => {
      throws(() => loop.callSoon(note('called')), RuntimeError, 'closed');
      deepEqual(trace, []);
    },
    { states: ['closed'] },
  );

  define(
    'before the loop runs schedules the callbacks for when it does, in order',
    async ({ loop, run, trace, note }) => {
      for (let n = 1; n <= 3; n++) loop.callSoon(note(n));
      await run(() => {});
      deepEqual(trace, [1, 2, 3]);
    },
    { states: ['fresh', 'stopped', 'debug'] },
  );

  define(
    'reports what a callback throws, and goes on',
    async (c) => {
      const { loop, run, turns, trace, note } = c;
      const error = new RangeError('thrown by a callback');
      await run(() => {
        loop.callSoon(() => {
          throw error;
        });
        loop.callSoon(note('next'));
        return turns(2);
      });
      deepEqual(trace, ['next']);
      const report = c.report();
      equal(report.exception, error);
      ok(report.handle !== undefined);
    },
    { needs: ['ErrorHandlingLoop'] },
  );
});

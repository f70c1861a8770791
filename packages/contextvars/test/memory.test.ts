import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as immediate } from 'node:timers/promises';
import { Context, ContextVar, copyContext } from '@bight/contextvars';
import { capture, captureIn, runContext, runIn, runInCarrier } from '@bight/contextvars/low-level';
import { describe, expect, test } from '@jest/globals';
import { runsOf } from '../../../test/support/extent.js';

const collect = globalThis.gc as NodeJS.GCFunction;
/** How many contexts are derived one from the other. One that was retained would take more than 16 bytes. */
const DERIVED = runsOf(1_000_000, 250_000);
const variable = new ContextVar<object>('v');

/** How many of the objects are left when all is collected that can be. */
async function survivors(references: Array<WeakRef<object>>): Promise<number> {
  // A WeakRef keeps its target until the job in which it was made or read ends; and an object on the stack of code that
  // is being optimised is freed by a later collection.
  let left = references.length;
  for (let round = 0; round < 10 && (round < 3 || left > 0); round++) {
    await immediate();
    collect();
    left = references.filter((reference) => reference.deref() !== undefined).length;
  }
  return left;
}

async function heapAfterCollection(): Promise<number> {
  await survivors([]);
  return process.memoryUsage().heapUsed;
}

describe('Nothing is left of', () => {
  test('contexts derived one from the other, while the last one lives', async () => {
    const references: Array<WeakRef<object>> = [];
    const derive = () => {
      variable.set({});
      return copyContext();
    };
    const before = await heapAfterCollection();
    let context = new Context();
    for (let count = 0; count < DERIVED; count++) {
      if (count % 10_000 === 0) references.push(new WeakRef(context));
      context = context.run(derive);
    }
    expect(await survivors(references)).toBe(0);
    expect(context.size).toBe(1);
    expect((await heapAfterCollection()) - before).toBeLessThan(DERIVED * 16);
  });

  test('contexts derived by nesting across awaits', async () => {
    const references: Array<WeakRef<object>> = [];
    const step = async (context: Context, left: number): Promise<Context> => {
      if (left % 100 === 0) references.push(new WeakRef(context));
      // Several entries, so that what a context remembers of its entries is there, too.
      for (let entry = 0; entry < 3; entry++) context.run(() => variable.set({}));
      return context.run(async () => {
        await null;
        return copyContext();
      });
    };
    let context = new Context();
    for (let left = 20_000; left > 0; left--) context = await step(context, left);
    expect(await survivors(references)).toBe(0);
    expect(context.size).toBe(1);
  });

  test('contexts each of which was left for the next in a continuation', async () => {
    const references: Array<WeakRef<object>> = [];
    const last = await new Promise<Context>((resolve) => {
      const go = (context: Context, left: number) => {
        if (left % 100 === 0) references.push(new WeakRef(context));
        for (let entry = 0; entry < 3; entry++) context.run(() => variable.set({}));
        context.run(() => {
          if (left === 0) resolve(context);
          else if (left % 2 === 0) queueMicrotask(() => go(copyContext(), left - 1));
          else setImmediate(() => go(copyContext(), left - 1));
        });
      };
      go(new Context(), 10_000);
    });
    references.pop();
    expect(await survivors(references)).toBe(0);
    expect(last.size).toBe(1);
  });

  test('a value when its context is gone, though the variable lives', async () => {
    const references: Array<WeakRef<object>> = [];
    const use = () => {
      const context = new Context();
      context.run(() => {
        const value = {};
        variable.set(value);
        for (let round = 0; round < 10; round++) expect(variable.get()).toBe(value);
        references.push(new WeakRef(value), new WeakRef(context));
      });
    };
    for (let round = 0; round < 10; round++) use();
    expect(await survivors(references)).toBe(0);
  });

  test('a value that was reset or replaced', async () => {
    const references: Array<WeakRef<object>> = [];
    const context = new Context();
    const use = () => {
      const value = {};
      variable.reset(variable.set(value));
      variable.set({});
      references.push(new WeakRef(value));
    };
    for (let round = 0; round < 10; round++) context.run(use);
    expect(await survivors(references)).toBe(0);
    expect(context.size).toBe(1);
  });

  test('the places from which a long-lived context was entered, and what was stored there', async () => {
    const references: Array<WeakRef<object>> = [];
    const foreign = new AsyncLocalStorage<object>();
    const context = new Context();
    const request = () => {
      const caller = new Context();
      const stored = {};
      references.push(new WeakRef(caller), new WeakRef(stored));
      caller.run(() =>
        foreign.run(stored, () => {
          for (let entry = 0; entry < 4; entry++) context.run(() => variable.set({}));
        }),
      );
    };
    for (let round = 0; round < 100; round++) request();
    expect(await survivors(references)).toBe(0);
    expect(context.size).toBe(1);
  });

  test('run contexts, each captured where a foreign storage had changed in the one before', async () => {
    const references: Array<WeakRef<object>> = [];
    const foreign = new AsyncLocalStorage<object>();
    const derive = () => foreign.run({}, capture);
    let carrier = capture();
    for (let count = 0; count < 10_000; count++) {
      const [context, task] = [new Context(), {}];
      if (count % 100 === 0) references.push(new WeakRef(context), new WeakRef(task));
      carrier = runIn(carrier, runContext(context, null, task), derive, null, null);
    }
    expect(await survivors(references)).toBe(0);
    expect(runInCarrier(carrier, () => foreign.getStore(), null, null)).toEqual({});
  });

  test('what ran last in a run context', async () => {
    const references: Array<WeakRef<object>> = [];
    const use = () => {
      const task = {};
      references.push(new WeakRef(task));
      const enter = () => runIn(capture(), runContext(new Context(), null, task), fail, null, null);
      expect(enter).toThrow(RangeError);
    };
    const fail = () => {
      throw new RangeError('expected');
    };
    use();
    expect(await survivors(references)).toBe(0);
  });

  test('the carriers, loops and tasks of a long-lived context', async () => {
    const references: Array<WeakRef<object>> = [];
    const context = new Context();
    const step = () => {
      const [loop, task] = [{}, {}];
      const inTask = captureIn(capture(), runContext(new Context(), loop, task));
      references.push(new WeakRef(loop), new WeakRef(task), new WeakRef(inTask));
      runInCarrier(
        inTask,
        () => {
          const scheduled = capture();
          for (let entry = 0; entry < 4; entry++) {
            runIn(scheduled, runContext(context, loop, null), () => variable.set({}), null, null);
            context.bind(() => variable.set({}))();
          }
        },
        null,
        null,
      );
    };
    for (let round = 0; round < 100; round++) step();
    expect(await survivors(references)).toBe(0);
    expect(context.size).toBe(1);
  });
});

import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { setImmediate as immediate } from 'node:timers/promises';
import { Context, ContextVar } from '@bight/contextvars';
import { capture, runContext, runIn } from '@bight/contextvars/low-level';
import { describe, expect, test } from '@jest/globals';

const variable = new ContextVar<string>('ours', { default: 'none' });

// The first, the second and later entries of a context may take different paths inside.
const rounds = [1, 2, 3, 4, 5];

describe('A foreign AsyncLocalStorage keeps its value', () => {
  test('through Context.run', async () => {
    const foreign = new AsyncLocalStorage<string>();
    const context = new Context();
    for (const round of rounds) {
      await foreign.run(`f${round}`, async () => {
        await context.run(async () => {
          expect(foreign.getStore()).toBe(`f${round}`);
          await immediate();
          expect(foreign.getStore()).toBe(`f${round}`);
        });
        expect(foreign.getStore()).toBe(`f${round}`);
      });
      context.run(() => expect(foreign.getStore()).toBeUndefined());
    }
  });

  test('when the same context is entered from places with different values', () => {
    const foreign = new AsyncLocalStorage<string>();
    const context = new Context();
    foreign.run('a', () => {
      for (const _ of rounds) {
        context.run(() => expect(foreign.getStore()).toBe('a'));
        foreign.run('b', () => context.run(() => expect(foreign.getStore()).toBe('b')));
        foreign.exit(() => context.run(() => expect(foreign.getStore()).toBeUndefined()));
      }
    });
  });

  test('that it gets inside of Context.run by enterWith, afterwards too', () => {
    const [foreign, other] = [new AsyncLocalStorage<string>(), new AsyncLocalStorage<string>()];
    const context = new Context();
    new AsyncResource('TEST').runInAsyncScope(() => {
      other.enterWith('other');
      for (const round of rounds) {
        context.run(() => {
          foreign.enterWith(`f${round}`);
          expect(foreign.getStore()).toBe(`f${round}`);
        });
        expect(foreign.getStore()).toBe(`f${round}`);
        expect(other.getStore()).toBe('other');
        expect(variable.get()).toBe('none');
      }
    });
  });

  test('that it gets by enterWith in a function that then throws', () => {
    const foreign = new AsyncLocalStorage<string>();
    const context = new Context();
    new AsyncResource('TEST').runInAsyncScope(() => {
      for (const round of rounds) {
        const enterAndThrow = () => {
          foreign.enterWith(`f${round}`);
          throw new RangeError('expected');
        };
        expect(() => context.run(enterAndThrow)).toThrow(RangeError);
        expect(foreign.getStore()).toBe(`f${round}`);
      }
    });
  });

  test('that it gets by enterWith three contexts deep', () => {
    const foreign = new AsyncLocalStorage<string>();
    const [a, b, c] = [new Context(), new Context(), new Context()];
    new AsyncResource('TEST').runInAsyncScope(() => {
      for (const round of rounds) {
        a.run(() => {
          b.run(() => {
            c.run(() => foreign.enterWith(`f${round}`));
            expect(foreign.getStore()).toBe(`f${round}`);
          });
          expect(foreign.getStore()).toBe(`f${round}`);
        });
        expect(foreign.getStore()).toBe(`f${round}`);
      }
    });
  });

  test('through runInContext, as it was captured', () => {
    const foreign = new AsyncLocalStorage<string>();
    const context = new Context();
    const loop = {};
    const [a, b] = [foreign.run('a', capture), foreign.run('b', capture)];
    const look = () => foreign.getStore();
    foreign.run('caller', () => {
      for (const _ of rounds) {
        expect(runIn(a, runContext(context, loop, null), look, null, null)).toBe('a');
        expect(runIn(b, runContext(context, loop, null), look, null, null)).toBe('b');
        expect(foreign.getStore()).toBe('caller');
      }
    });
  });
});

describe('Our context stays current', () => {
  test('through a foreign run, exit and snapshot', async () => {
    const foreign = new AsyncLocalStorage<string>();
    const context = new Context();
    for (const _ of rounds) {
      await context.run(async () => {
        variable.set('inside');
        foreign.run('f', () => expect(variable.get()).toBe('inside'));
        foreign.exit(() => expect(variable.get()).toBe('inside'));
        await foreign.run('f', async () => {
          await immediate();
          expect(variable.get()).toBe('inside');
        });
        foreign.run('f', () => variable.set('set in foreign run'));
        expect(variable.get()).toBe('set in foreign run');
      });
      expect(variable.get()).toBe('none');
    }
  });

  test('in what a snapshot or a bound resource restores', () => {
    const context = new Context();
    const [snapshot, resource] = context.run(() => {
      variable.set('captured');
      return [AsyncLocalStorage.snapshot(), new AsyncResource('TEST')];
    });
    new Context().run(() => {
      variable.set('other');
      expect(snapshot(() => variable.get())).toBe('captured');
      expect(resource.runInAsyncScope(() => variable.get())).toBe('captured');
      expect(variable.get()).toBe('other');
    });
  });

  test('when a foreign storage is disabled', () => {
    const foreign = new AsyncLocalStorage<string>();
    const context = new Context();
    foreign.run('f', () => {
      for (const _ of rounds) {
        context.run(() => {
          variable.set('inside');
          foreign.disable();
          expect(variable.get()).toBe('inside');
        });
      }
    });
  });
});

test('twenty foreign storages with their own values are all left alone', () => {
  const storages = Array.from({ length: 20 }, () => new AsyncLocalStorage<number>());
  const context = new Context();
  const look = () => storages.map((storage) => storage.getStore());
  const nest = (index: number, fn: () => void): void => {
    const storage = storages[index];
    if (storage === undefined) fn();
    else storage.run(index, () => nest(index + 1, fn));
  };
  nest(0, () => {
    for (const _ of rounds) {
      expect(context.run(look)).toEqual([...storages.keys()]);
      context.run(() => storages[7]?.run(-7, () => expect(look()[7]).toBe(-7)));
      expect(look()).toEqual([...storages.keys()]);
    }
  });
});

describe('Beside each other in one asynchronous context', () => {
  test('a storage that is disabled in a run context is so there only', async () => {
    const [foreign, other] = [new AsyncLocalStorage<string>(), new AsyncLocalStorage<string>()];
    const carrier = foreign.run('f', () => other.run('o', capture));
    const look = () => [foreign.getStore(), other.getStore()];
    const frame = () => runContext(new Context(), null, null);
    const outside = runIn(carrier, frame(), () => new AsyncResource('TEST'), null, null);
    runIn(
      carrier,
      frame(),
      () => {
        foreign.disable();
        expect(look()).toEqual([undefined, 'o']);
      },
      null,
      null,
    );
    // Where values are kept in resources, a storage that was disabled is so everywhere, until it is used again.
    foreign.run('again', () => {});
    expect(outside.runInAsyncScope(look)).toEqual(['f', 'o']);
    expect(runIn(carrier, frame(), look, null, null)).toEqual(['f', 'o']);
  });

  test('foreign runs in run contexts in foreign runs find what they should', async () => {
    const foreign = new AsyncLocalStorage<number>();
    const seen: unknown[] = [];
    const go = async (depth: number): Promise<void> => {
      const context = new Context();
      const carrier = foreign.run(depth, capture);
      await runIn(
        carrier,
        runContext(context, null, null),
        async () => {
          variable.set(`v${depth}`);
          await foreign.run(-depth, async () => {
            await immediate();
            if (depth > 0) await go(depth - 1);
            seen.push([foreign.getStore(), variable.get()]);
          });
          seen.push([foreign.getStore(), variable.get()]);
        },
        null,
        null,
      );
    };
    await go(2);
    expect(seen).toEqual([
      [-0, 'v0'],
      [0, 'v0'],
      [-1, 'v1'],
      [1, 'v1'],
      [-2, 'v2'],
      [2, 'v2'],
    ]);
  });
});

test('runIn undoes what a function changes', () => {
  const carrier = capture();
  const context = new Context();
  for (const _ of rounds) {
    runIn(carrier, runContext(context, null, null), () => context.bind(() => 1)(), null, null);
    runIn(carrier, runContext(context, null, null), () => variable.set('inside'), null, null);
    expect(variable.get()).toBe('none');
  }
});

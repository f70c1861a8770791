import { inspect } from 'node:util';
import { Context, ContextVar, copyContext, KeyError, RuntimeError } from '@bight/contextvars';
import { describe, expect, jest, test } from '@jest/globals';
import { kVariables } from '../src/internals.js';

describe('Context.run', () => {
  test('passes arguments and the result on', () => {
    const context = new Context();
    expect(context.run((a: number, b: string) => [a, b], 1, 'b')).toEqual([1, 'b']);
    expect(context.run(() => undefined)).toBeUndefined();
    expect(context.run((...all: number[]) => all.length, ...Array.from({ length: 20 }, () => 1))).toBe(20);
  });

  test('lets errors through, and changes stay in the context', () => {
    const context = new Context();
    const variable = new ContextVar<string>('v');
    const fail = () => {
      expect(variable.get(null)).toBeNull();
      variable.set('spam');
      throw new RangeError('1 / 0');
    };
    expect(() => context.run(fail)).toThrow(RangeError);
    expect(variable.get(null)).toBeNull();
    expect(context.get(variable)).toBe('spam');
  });

  test('keeps contexts inside of each other apart', () => {
    const outer = new Context();
    const inner = new Context();
    const variable = new ContextVar<string>('v');
    const copy = outer.run(() => {
      expect(variable.get(null)).toBeNull();
      variable.set('spam');
      inner.run(() => expect(variable.get(null)).toBeNull());
      expect(variable.get(null)).toBe('spam');
      return copyContext();
    });
    expect([...copy]).toEqual([[variable, 'spam']]);
    expect(copy).not.toBe(outer);
    expect(copy.equals(outer)).toBe(true);
  });

  test('shows a value as soon as it is set in it', () => {
    const context = new Context();
    const variable = new ContextVar<number>('v', { default: 0 });
    context.run(() => {
      expect(context.get(variable)).toBeUndefined();
      variable.set(42);
      expect(context.get(variable)).toBe(42);
    });
  });

  test('takes functions only', () => {
    const context = new Context();
    expect(() => context.run(1 as never)).toThrow(new TypeError('fn must be a function, got 1'));
    expect(() => (context.run as () => void).call(context)).toThrow(TypeError);
    expect(context.run(() => 'usable')).toBe('usable');
  });

  test('calls the function without this', () => {
    const seen = new Context().run(function (this: unknown) {
      return this;
    });
    expect(seen).toBeUndefined();
  });

  test('can be repeated', () => {
    const context = new Context();
    const variable = new ContextVar<number>('count', { default: 0 });
    for (let round = 1; round <= 10; round++) {
      context.run(() => variable.set(variable.get() + 1));
      expect(context.get(variable)).toBe(round);
    }
    expect(variable.get()).toBe(0);
  });
});

describe('Entering a context twice is a RuntimeError', () => {
  test('inside of itself', () => {
    const context = new Context();
    expect(() => context.run(() => context.run(() => 1))).toThrow(RuntimeError);
    expect(() => context.run(() => context.run(() => 1))).toThrow(/is entered already/);
    expect(context.run(() => 'usable')).toBe('usable');
  });

  test('inside of another one inside of it', () => {
    const [a, b, c] = [new Context(), new Context(), new Context()];
    expect(() => a.run(() => b.run(() => c.run(() => a.run(() => 1))))).toThrow(RuntimeError);
    expect(() => a.run(() => b.run(() => c.run(() => b.run(() => 1))))).toThrow(RuntimeError);
    for (const context of [a, b, c]) expect(context.run(() => 'usable')).toBe('usable');
  });

  test('in an asynchronous continuation', async () => {
    const context = new Context();
    await context.run(async () => {
      await Promise.resolve();
      expect(() => context.run(() => 1)).toThrow(RuntimeError);
    });
  });

  test('in another context inside of an asynchronous continuation', async () => {
    const [a, b] = [new Context(), new Context()];
    for (let round = 0; round < 3; round++) {
      await a.run(async () => {
        await Promise.resolve();
        b.run(() => {
          expect(() => a.run(() => 1)).toThrow(RuntimeError);
          expect(() => b.run(() => 1)).toThrow(RuntimeError);
        });
      });
    }
  });

  test('but not when the asynchronous function in it waits', async () => {
    const context = new Context();
    const variable = new ContextVar<string>('v', { default: 'none' });
    let go = () => {};
    const waiting = context.run(async () => {
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      return variable.get();
    });
    context.run(() => variable.set('set meanwhile'));
    go();
    expect(await waiting).toBe('set meanwhile');
  });

  test('also after many entries from the same place', () => {
    const [a, b] = [new Context(), new Context()];
    for (let round = 0; round < 5; round++) {
      a.run(() => b.run(() => expect(() => a.run(() => 1)).toThrow(RuntimeError)));
    }
  });
});

describe('Context.copy and copyContext', () => {
  test('give contexts that go on separately', () => {
    const context = new Context();
    const variable = new ContextVar<number>('v', { default: 42 });
    context.run(() => {
      variable.set(10);
      const copy = context.copy();
      expect(copy.lookup(variable)).toBe(10);
      variable.set(20);
      expect(context.lookup(variable)).toBe(20);
      expect(copy.lookup(variable)).toBe(10);
      copy.run(() => {
        expect(variable.get()).toBe(10);
        variable.set(30);
      });
      expect(context.lookup(variable)).toBe(20);
      expect(copy.lookup(variable)).toBe(30);
    });
  });

  test('copy the values and not what is inside of them', () => {
    const variable = new ContextVar<number[]>('v');
    new Context().run(() => {
      variable.set([]);
      copyContext().run(() => {
        variable.get().push(1);
        variable.set([]);
        variable.get().push(2);
        expect(variable.get()).toEqual([2]);
      });
      expect(variable.get()).toEqual([1]);
    });
  });

  test('share the whole trie with the original', () => {
    const context = new Context();
    context.run(() => {
      for (let index = 0; index < 1000; index++) new ContextVar<number>(`v${index}`).set(index);
    });
    expect(context.copy()[kVariables]).toBe(context[kVariables]);
    expect(context.run(copyContext)[kVariables]).toBe(context[kVariables]);
  });
});

describe('A Context is a read-only map', () => {
  const variables = Array.from({ length: 50 }, (_, index) => new ContextVar<number>(`v${index}`));
  const [first, second] = variables as [ContextVar<number>, ContextVar<number>];
  const filled = () => {
    const context = new Context();
    context.run(() => {
      variables.forEach((variable, index) => {
        variable.set(index);
      });
    });
    return context;
  };

  test('of the variables that were set', () => {
    const context = filled();
    expect(context.size).toBe(50);
    expect(new Map(context)).toEqual(new Map(variables.map((variable, index) => [variable, index])));
    expect(new Set(context.keys())).toEqual(new Set(variables));
    expect([...context.values()].sort()).toEqual([...variables.keys()].sort());
    expect([...context.entries()]).toEqual([...context]);
    expect([...new Context()]).toEqual([]);
  });

  test('with has, get and lookup', () => {
    const context = new Context();
    const preset = new ContextVar<number>('preset', { default: 7 });
    expect(context.has(preset)).toBe(false);
    expect(context.get(preset)).toBeUndefined();
    expect(context.get(preset, 'spam')).toBe('spam');
    expect(() => context.lookup(preset)).toThrow(KeyError);
    expect(() => context.lookup(preset)).toThrow("<ContextVar name='preset' default=7> has no value");
    context.run(() => preset.set(1));
    expect(context.has(preset)).toBe(true);
    expect(context.get(preset, 'spam')).toBe(1);
    expect(context.lookup(preset)).toBe(1);
  });

  test('with forEach', () => {
    const context = filled();
    const self = {};
    const seen = new Map<unknown, unknown>();
    context.forEach(function (this: unknown, value, variable, map) {
      expect(this).toBe(self);
      expect(map).toBe(context);
      seen.set(variable, value);
    }, self);
    expect(seen).toEqual(new Map(context));
  });

  test('that is iterated as it was when the iterator was made', () => {
    const context = filled();
    const iterators = [context.keys(), context.values(), context.entries(), context[Symbol.iterator]()];
    context.run(() => {
      for (const variable of variables.slice(10)) variable.set(-1);
      new ContextVar<number>('new').set(1);
    });
    const [keys, values, entries, pairs] = iterators.map((iterator) => [...iterator]);
    expect(keys).toHaveLength(50);
    expect(values).not.toContain(-1);
    expect(entries).toEqual(pairs);
    expect(context.size).toBe(51);
  });

  test('whose keys are variables, and nothing else is a key', () => {
    const context = filled();
    for (const wrong of [1, 'v0', null, undefined, {}, () => 1]) {
      expect(() => context.has(wrong as never)).toThrow(TypeError);
      expect(() => context.get(wrong as never)).toThrow(TypeError);
      expect(() => context.lookup(wrong as never)).toThrow(TypeError);
    }
    expect(() => context.get('v0' as never)).toThrow("a ContextVar key was expected, got 'v0'");
  });

  test('that equals another with the same variables and values', () => {
    const a = filled();
    const b = filled();
    expect(a.equals(b)).toBe(true);
    b.run(() => second.set(-1));
    expect(a.equals(b)).toBe(false);
    b.run(() => second.set(1));
    expect(a.equals(b)).toBe(true);
    b.run(() => new ContextVar<number>('more').set(1));
    expect(a.equals(b)).toBe(false);
    expect(a.equals(a.copy())).toBe(true);
    expect(new Context().equals(new Context())).toBe(true);
    expect(a.equals(new Context())).toBe(false);
    expect(a.equals(new Map(a) as never)).toBe(false);
    expect(a.equals(null as never)).toBe(false);
  });

  test('that compares values as Object.is does', () => {
    const contextWith = (value: unknown) => {
      const context = new Context();
      context.run(() => (first as ContextVar<unknown>).set(value));
      return context;
    };
    expect(contextWith(Number.NaN).equals(contextWith(Number.NaN))).toBe(true);
    expect(contextWith(0).equals(contextWith(-0))).toBe(false);
    expect(contextWith([]).equals(contextWith([]))).toBe(false);
  });

  test('that shows what it holds', () => {
    const context = new Context();
    context.run(() => new ContextVar<unknown>('self').set(context));
    expect(String(context)).toBe('<Context of 1 variable>');
    expect(inspect(context)).toBe("Context(1) { <ContextVar name='self'> => [Circular] }");
    expect(inspect(context, { depth: null })).toBe(inspect(context));
    expect(inspect([[[context]]])).toBe('[ [ [ <Context of 1 variable> ] ] ]');
    expect(inspect(new Context(), { depth: null })).toBe('Context(0) {}');
  });
});

describe('Context.bind', () => {
  test('makes a function that runs in the context, with its own this and arguments', () => {
    const context = new Context();
    const variable = new ContextVar<number>('v', { default: 0 });
    const add = context.bind(function (this: { base: number }, more: number) {
      variable.set(variable.get() + this.base + more);
      return variable.get();
    });
    expect(add.call({ base: 10 }, 1)).toBe(11);
    expect(add.call({ base: 10 }, 2)).toBe(23);
    expect(variable.get()).toBe(0);
    expect(context.get(variable)).toBe(23);
  });

  test('may be called while the context is entered', () => {
    const [a, b] = [new Context(), new Context()];
    const variable = new ContextVar<string>('v');
    const read = a.bind(() => variable.get());
    a.run(() => {
      variable.set('a');
      expect(read()).toBe('a');
      b.run(() => expect(read()).toBe('a'));
    });
    expect(() => a.run(() => a.bind(() => a.run(() => 1))())).toThrow(RuntimeError);
    expect(() => a.run(() => b.bind(() => a.run(() => 1))())).toThrow(RuntimeError);
    expect(a.run(() => 'usable')).toBe('usable');
  });

  test('serves several asynchronous calls at a time', async () => {
    const context = new Context();
    const variable = new ContextVar<string[]>('v');
    context.run(() => variable.set([]));
    const push = context.bind(async (text: string) => {
      await Promise.resolve();
      variable.get().push(text);
    });
    await Promise.all([push('a'), push('b'), push('c')]);
    expect(context.lookup(variable)).toEqual(['a', 'b', 'c']);
  });

  test('takes functions only, at once', () => {
    expect(() => new Context().bind(null as never)).toThrow(new TypeError('fn must be a function, got null'));
  });

  test('lets errors through', () => {
    const context = new Context();
    const fail = context.bind(jest.fn(() => JSON.parse('{')));
    expect(fail).toThrow(SyntaxError);
    expect(context.run(() => 'usable')).toBe('usable');
  });
});

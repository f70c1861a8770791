import { inspect } from 'node:util';
import { Context, ContextVar, copyContext, LookupError } from '@bight/contextvars';
import { afterEach, describe, expect, test } from '@jest/globals';
import { observeVariables } from '../src/low-level.js';

describe('a ContextVar', () => {
  test('takes a name that is a string', () => {
    expect(new ContextVar('aaa').name).toBe('aaa');
    expect(new ContextVar('').name).toBe('');
    expect(() => new ContextVar(1 as never)).toThrow(new TypeError('name must be a string, got 1'));
    expect(() => new (ContextVar as never as new () => unknown)()).toThrow(TypeError);
    expect(() => new ContextVar(new String('a') as never)).toThrow('name must be a string, got an object');
  });

  test('takes options that are an object, or none', () => {
    expect(() => new ContextVar('aaa', 1 as never)).toThrow(TypeError);
    expect(new ContextVar('aaa', null).get('fallback')).toBe('fallback');
    expect(new ContextVar('aaa', {}).get('fallback')).toBe('fallback');
  });

  test('has a name that cannot be assigned', () => {
    expect(() => Object.assign(new ContextVar('aaa'), { name: 'bbb' })).toThrow(TypeError);
  });

  test('gets the value, else the fallback, else the default', () => {
    const variable = new ContextVar<number>('v', { default: 1 });
    new Context().run(() => {
      expect(variable.get()).toBe(1);
      expect(variable.get(2)).toBe(2);
      variable.set(3);
      expect(variable.get()).toBe(3);
      expect(variable.get(2)).toBe(3);
    });
  });

  test('throws a LookupError where it has no value, fallback or default', () => {
    const variable = new ContextVar<number>('lonely');
    expect(() => variable.get()).toThrow(LookupError);
    expect(() => variable.get()).toThrow("<ContextVar name='lonely'> has no value in the current context");
  });

  test('takes undefined for a value, a default and a fallback', () => {
    const variable = new ContextVar<number | undefined>('v', { default: undefined });
    expect(variable.get()).toBeUndefined();
    const bare = new ContextVar<number | undefined>('w');
    expect(bare.get(undefined)).toBeUndefined();
    new Context().run(() => {
      bare.set(undefined);
      expect(bare.get()).toBeUndefined();
      expect(bare.get(1)).toBeUndefined();
      expect(copyContext().has(bare)).toBe(true);
    });
  });

  test('keeps its values by identity', () => {
    const variable = new ContextVar<unknown>('v');
    new Context().run(() => {
      for (const value of [Number.NaN, -0, 0, null, variable, [variable], Symbol('s'), () => 1]) {
        variable.set(value);
        expect(Object.is(variable.get(), value)).toBe(true);
      }
    });
  });

  test('has values of its own beside others of the same name', () => {
    const variables = Array.from({ length: 100 }, () => new ContextVar<number>('same'));
    new Context().run(() => {
      variables.forEach((variable, index) => {
        variable.set(index);
      });
      expect(variables.map((variable) => variable.get())).toEqual([...variables.keys()]);
      variables.forEach((variable, index) => {
        variable.set(-index);
      });
      expect(variables.map((variable) => variable.get())).toEqual(
        [...variables.keys()].map((index) => -index),
      );
      expect(copyContext().size).toBe(100);
    });
  });

  test('is found wherever in a context it stands', () => {
    const variables = Array.from({ length: 40 }, (_, index) => new ContextVar<number>(`v${index}`));
    const subsets = [variables.slice(0, 3), variables.slice(2, 5), variables, variables.slice(30), []];
    const contexts = subsets.map((subset, number) => {
      const context = new Context();
      context.run(() => {
        for (const variable of subset) variable.set(number);
      });
      return context;
    });
    for (let round = 0; round < 3; round++) {
      contexts.forEach((context, number) => {
        const seen = context.run(() => variables.map((variable) => variable.get('none')));
        expect(seen).toEqual(
          variables.map((variable) => (subsets[number]?.includes(variable) ? number : 'none')),
        );
      });
    }
  });

  test('shows its name and default', () => {
    expect(String(new ContextVar('a'))).toBe("<ContextVar name='a'>");
    expect(String(new ContextVar('a', { default: 123 }))).toBe("<ContextVar name='a' default=123>");
    const list: unknown[] = [];
    const recursive = new ContextVar('a', { default: list });
    list.push(recursive);
    expect(inspect(recursive)).toBe("<ContextVar name='a' default=an array>");
  });
});

afterEach(() => observeVariables(null));

test('observeVariables() reports each variable that is made, until the observer is null', () => {
  const seen: unknown[] = [];
  new ContextVar('before');
  observeVariables((variable) => seen.push(variable));
  const made = new ContextVar('made');
  observeVariables(null);
  new ContextVar('after');
  expect(seen).toEqual([made]);
});

import {
  Context,
  ContextVar,
  copyContext,
  LookupError,
  RuntimeError,
  Token,
  ValueError,
} from '@bight/contextvars';
import { describe, expect, test } from '@jest/globals';

/** Runs a test in an empty context of its own. */
const isolated = (body: () => void) => () => new Context().run(body);

describe('ContextVar', () => {
  test('takes a name that is a string', () => {
    expect(new ContextVar('aaa').name).toBe('aaa');
    expect(() => new ContextVar(1 as never)).toThrow(TypeError);
    expect(() => new ContextVar(undefined as never)).toThrow('name must be a string, got undefined');
  });

  test('has a name that cannot be assigned', () => {
    expect(() => Object.assign(new ContextVar('aaa'), { name: 'bbb' })).toThrow(TypeError);
  });

  test('get prefers the value, then the fallback, then the default', () => {
    const variable = new ContextVar<number>('v', { default: 1 });
    new Context().run(() => {
      expect(variable.get()).toBe(1);
      expect(variable.get(2)).toBe(2);
      variable.set(3);
      expect(variable.get()).toBe(3);
      expect(variable.get(2)).toBe(3);
    });
  });

  test('get without value, fallback and default throws a LookupError with a stable code', () => {
    const variable = new ContextVar<number>('lonely');
    expect(() => variable.get()).toThrow(LookupError);
    expect(() => variable.get()).toThrow(
      expect.objectContaining({ code: 'ERR_LOOKUP', name: 'LookupError' }),
    );
    expect(() => variable.get()).toThrow(/lonely/);
  });

  test('undefined is a value, a default and a fallback', () => {
    const variable = new ContextVar<number | undefined>('v', { default: undefined });
    expect(variable.get()).toBeUndefined();
    const bare = new ContextVar<number | undefined>('w');
    expect(bare.get(undefined)).toBeUndefined();
    new Context().run(() => {
      bare.set(undefined);
      expect(bare.get()).toBeUndefined();
      expect(bare.get(1)).toBeUndefined();
    });
  });
});

describe('Token', () => {
  test(
    'leads back to the value before, once',
    isolated(() => {
      const variable = new ContextVar<number | string>('c');
      const first = variable.set(42);
      expect(first.oldValue).toBe(Token.MISSING);
      expect(first.var).toBe(variable);
      const second = variable.set('spam');
      expect(second.oldValue).toBe(42);
      variable.reset(second);
      expect(variable.get()).toBe(42);
      variable.set('spam2');
      expect(() => variable.reset(second)).toThrow(RuntimeError);
      expect(variable.get()).toBe('spam2');
      variable.reset(first);
      expect(() => variable.reset(first)).toThrow(RuntimeError);
      expect(variable.get(null)).toBeNull();
    }),
  );

  test(
    'of another variable is a ValueError',
    isolated(() => {
      const token = new ContextVar<number>('v1').set(42);
      expect(() => new ContextVar<number>('v2').reset(token)).toThrow(ValueError);
    }),
  );

  test(
    'of another context is a ValueError',
    isolated(() => {
      const variable = new ContextVar<number>('c', { default: 42 });
      const token = new Context().run(() => variable.set(1));
      expect(() => variable.reset(token)).toThrow(ValueError);
    }),
  );

  test('resets at the end of a using block', () => {
    const variable = new ContextVar<number>('c', { default: 0 });
    new Context().run(() => {
      {
        using _ = variable.set(1);
        expect(variable.get()).toBe(1);
      }
      expect(variable.get()).toBe(0);
      expect(copyContext().has(variable)).toBe(false);
    });
  });
});

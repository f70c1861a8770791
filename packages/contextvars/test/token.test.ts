import { inspect } from 'node:util';
import { Context, ContextVar, copyContext, RuntimeError, Token, ValueError } from '@bight/contextvars';
import { describe, expect, test } from '@jest/globals';

/** A test that runs in an empty context of its own. */
const isolated = (body: () => void) => () => {
  new Context().run(body);
};

describe('a Token', () => {
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

      const before = copyContext();
      variable.reset(first);
      expect(() => variable.reset(first)).toThrow(RuntimeError);
      expect(variable.get(null)).toBeNull();
      expect(copyContext().size).toBe(0);
      expect([...before]).toEqual([[variable, 'spam2']]);
    }),
  );

  test(
    'may be used in any order',
    isolated(() => {
      const variable = new ContextVar<number>('c');
      const first = variable.set(1);
      const second = variable.set(2);
      variable.reset(first);
      expect(variable.get(null)).toBeNull();
      variable.reset(second);
      expect(variable.get()).toBe(1);
    }),
  );

  test(
    'of another variable is a ValueError, and can be used all the same',
    isolated(() => {
      const own = new ContextVar<number>('v1');
      const token = own.set(42);
      expect(() => new ContextVar<number>('v2').reset(token)).toThrow(ValueError);
      expect(() => new ContextVar<number>('v2').reset(token)).toThrow(
        "the token was created by a different ContextVar: <ContextVar name='v1'>",
      );
      own.reset(token);
    }),
  );

  test(
    'of another context is a ValueError, and can be used there',
    isolated(() => {
      const variable = new ContextVar<number>('c', { default: 42 });
      const context = new Context();
      const token = context.run(() => variable.set(1));
      expect(() => variable.reset(token)).toThrow(ValueError);
      expect(() => variable.reset(token)).toThrow(/different Context/);
      expect(() => context.copy().run(() => variable.reset(token))).toThrow(ValueError);
      context.run(() => variable.reset(token));
      expect(context.size).toBe(0);
    }),
  );

  test(
    'that was used is a RuntimeError before any other check',
    isolated(() => {
      const variable = new ContextVar<number>('c');
      const token = variable.set(1);
      variable.reset(token);
      expect(() => new ContextVar<number>('d').reset(token)).toThrow(RuntimeError);
      expect(() => new Context().run(() => variable.reset(token))).toThrow(RuntimeError);
    }),
  );

  test(
    'must be one',
    isolated(() => {
      const variable = new ContextVar<number>('c');
      for (const wrong of [undefined, null, 1, 'token', {}, variable]) {
        expect(() => variable.reset(wrong as never)).toThrow(TypeError);
      }
      expect(() => variable.reset('x' as never)).toThrow(
        "token must be a Token that set() returned, got 'x'",
      );
    }),
  );

  test(
    'resets at the end of a using block, also when it throws',
    isolated(() => {
      const variable = new ContextVar<number>('c', { default: 0 });
      expect(() => {
        using _outer = variable.set(1);
        {
          using _inner = variable.set(2);
          expect(variable.get()).toBe(2);
        }
        expect(variable.get()).toBe(1);
        throw new RangeError('out');
      }).toThrow(RangeError);
      expect(variable.get()).toBe(0);
      expect(copyContext().has(variable)).toBe(false);
    }),
  );

  test('resets at the end of an asynchronous using block', async () => {
    const variable = new ContextVar<number>('c', { default: 0 });
    await new Context().run(async () => {
      {
        using _ = variable.set(1);
        await Promise.resolve();
        expect(variable.get()).toBe(1);
      }
      expect(variable.get()).toBe(0);
    });
  });

  test(
    'keeps an old value that is the MISSING mark apart from none',
    isolated(() => {
      const variable = new ContextVar<unknown>('c', { default: Token.MISSING });
      expect(variable.get()).toBe(Token.MISSING);
      variable.set(Token.MISSING);
      const token = variable.set(1);
      variable.reset(token);
      expect(copyContext().has(variable)).toBe(true);
      expect(variable.get('fallback')).toBe(Token.MISSING);
    }),
  );

  test('is made by set() only', () => {
    expect(() => new (Token as never as new () => unknown)()).toThrow(RuntimeError);
  });

  test(
    'has properties that cannot be assigned',
    isolated(() => {
      const token = new ContextVar<number>('c').set(1);
      expect(() => Object.assign(token, { var: null })).toThrow(TypeError);
      expect(() => Object.assign(token, { oldValue: null })).toThrow(TypeError);
    }),
  );

  test(
    'shows its variable and whether it was used',
    isolated(() => {
      const variable = new ContextVar<number>('c');
      const token = variable.set(1);
      expect(String(token)).toBe("<Token var=<ContextVar name='c'>>");
      variable.reset(token);
      expect(inspect(token)).toBe("<Token used var=<ContextVar name='c'>>");
    }),
  );
});

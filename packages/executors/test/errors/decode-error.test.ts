import { KeyError, RuntimeError, TimeoutError, ValueError } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { ThreadPoolExecutor, taskFrom } from '../../src/index.js';
import { kinds, sharedPool, workModule } from '../support/pools.js';

class TeapotError extends TypeError {
  temperature = 0;
  get isHot() {
    return this.temperature > 60;
  }
}

const caught = (promise: PromiseLike<unknown>): Promise<Error> =>
  Promise.resolve(promise).then(
    () => Promise.reject(new Error('nothing was thrown')),
    (error) => error,
  );

describe.each(kinds)('an error thrown in a worker of a %s', (_name, createPool) => {
  const shared = sharedPool(createPool);

  test.each([
    ['Error', Error],
    ['EvalError', EvalError],
    ['RangeError', RangeError],
    ['ReferenceError', ReferenceError],
    ['SyntaxError', SyntaxError],
    ['TypeError', TypeError],
    ['URIError', URIError],
  ] as const)('keeps its class: %s', async (name, errorClass) => {
    const pool = shared();
    const call = (className: 'Error') => {
      throw new globalThis[className]('went wrong');
    };
    const error = await caught(pool.submit(call, [name as 'Error']));
    expect(error).toBeInstanceOf(errorClass);
    expect(Object.getPrototypeOf(error)).toBe(errorClass.prototype);
    expect(error.message).toBe('went wrong');
    expect(error.name).toBe(name);
    expect(Object.keys(error)).toEqual([]);
  });

  test('keeps the stack of the worker', async () => {
    const pool = shared();
    function whereItHappened() {
      throw new Error('here');
    }
    const error = await caught(pool.submit(whereItHappened));
    expect(error.stack).toMatch(/^Error: here\n +at whereItHappened /);
    const inModule = await caught(pool.submit(taskFrom(workModule, 'brew')));
    expect(inModule.stack).toMatch(/\n +at brew .*work\.js/);
  });

  test('keeps its causes, with their classes', async () => {
    const pool = shared();
    const error = await caught(
      pool.submit(async () => {
        try {
          JSON.parse('{');
        } catch (cause) {
          throw new RangeError('outer', { cause: new TypeError('middle', { cause }) });
        }
      }),
    );
    expect(error).toBeInstanceOf(RangeError);
    expect(error.cause).toBeInstanceOf(TypeError);
    expect((error.cause as Error).cause).toBeInstanceOf(SyntaxError);
    expect(Object.keys(error)).toEqual([]);
  });

  test('keeps the errors of an AggregateError', async () => {
    const pool = shared();
    const error = await caught(
      pool.submit(() => Promise.any([Promise.reject(new RangeError('one')), Promise.reject('two')])),
    );
    expect(error).toBeInstanceOf(AggregateError);
    const { errors } = error as AggregateError;
    expect(errors).toEqual([expect.objectContaining({ message: 'one' }), 'two']);
    expect(errors[0]).toBeInstanceOf(RangeError);
  });

  test('keeps its own properties, as far as they can be sent', async () => {
    const pool = shared();
    const error = await caught(
      pool.submit(() => {
        throw Object.assign(new Error('no'), {
          status: 404,
          headers: new Map([['a', 'b']]),
          inner: new TypeError('in'),
          callback: () => {},
        });
      }),
    );
    expect(error).toMatchObject({ status: 404, inner: { message: 'in' } });
    expect(error).toHaveProperty('headers', new Map([['a', 'b']]));
    expect((error as Error & { inner: Error }).inner).toBeInstanceOf(TypeError);
    expect(error).not.toHaveProperty('callback');
  });

  test('keeps the code and details of the operating system', async () => {
    const pool = shared();
    const error = await caught(
      pool.submit(async () => {
        const { readFile } = await import('node:fs/promises');
        return readFile('/no/such/file');
      }),
    );
    expect(error).toMatchObject({ code: 'ENOENT', syscall: 'open', path: '/no/such/file' });
    expect((error as NodeJS.ErrnoException).errno).toBeLessThan(0);
  });

  test('may refer to itself', async () => {
    const pool = shared();
    const error = await caught(
      pool.submit(() => {
        const outer = new Error('outer');
        outer.cause = new Error('inner', { cause: outer });
        throw outer;
      }),
    );
    expect((error.cause as Error).message).toBe('inner');
    expect((error.cause as Error).cause).toBe(error);
  });

  test('may be no error at all', async () => {
    const pool = shared();
    const fail = (value: unknown) => {
      throw value;
    };
    expect(await caught(pool.submit(fail, ['text']))).toBe('text');
    expect(await caught(pool.submit(fail, [undefined]))).toBeUndefined();
    expect(await caught(pool.submit(fail, [{ a: 1 }]))).toEqual({ a: 1 });
    const unsendable = pool.submit(() => {
      throw Symbol('unsendable');
    });
    await expect(unsendable).rejects.toThrow('a value was thrown that cannot be sent: Symbol(unsendable)');
  });

  test('is a DOMException when it was one', async () => {
    const pool = shared();
    const error = await caught(pool.submit(() => AbortSignal.abort().throwIfAborted()));
    expect(error).toBeInstanceOf(DOMException);
    expect(error.name).toBe('AbortError');
  });

  test('is of the nearest class that is known here', async () => {
    const pool = shared();
    const error = await caught(pool.submit(taskFrom(workModule, 'brew')));
    expect(Object.getPrototypeOf(error)).toBe(TypeError.prototype);
    expect(error).toMatchObject({ message: 'short and stout', temperature: 70 });
  });

  test('is of the class that errorClasses names', async () => {
    await using pool = createPool({ maxWorkers: 1, errorClasses: [TeapotError] });
    const error = await caught(pool.submit(taskFrom(workModule, 'brew')));
    expect(error).toBeInstanceOf(TeapotError);
    expect(error).toMatchObject({ message: 'short and stout', temperature: 70, isHot: true });
  });
});

describe('an error of a class of bight', () => {
  const shared = sharedPool((options) => new ThreadPoolExecutor(options));

  const asThrown = (name: string, code: string) => {
    const error = new Error('gone');
    Object.defineProperty(error, 'name', { value: name });
    throw Object.assign(error, { code });
  };

  test.each([
    ['KeyError', 'ERR_KEY', KeyError],
    ['RuntimeError', 'ERR_RUNTIME', RuntimeError],
    ['TimeoutError', 'ERR_TIMEOUT', TimeoutError],
    ['ValueError', 'ERR_VALUE', ValueError],
  ])('is of that class here, too: %s', async (name, code, errorClass) => {
    const pool = shared();
    const error = await caught(pool.submit(asThrown, [name, code]));
    expect(error).toBeInstanceOf(errorClass);
    expect(error).toMatchObject({ name, code, message: 'gone' });
  });

  test('is distinguished from one of another library', async () => {
    const pool = shared();
    const error = await caught(pool.submit(asThrown, ['TimeoutError', 'ETIMEDOUT']));
    expect(error).not.toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ name: 'TimeoutError', code: 'ETIMEDOUT' });
  });
});

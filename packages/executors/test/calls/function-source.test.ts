import { describe, expect, test } from '@jest/globals';
import { ThreadPoolExecutor, taskFrom } from '../../src/index.js';

describe('a function that uses variables from outside of it', () => {
  const factor = 3;
  const imported = { helper: (n: number) => n };

  test('fails with an error that names the variable and the remedy', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const error = await pool.submit((n: number) => n * factor, [2]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ReferenceError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^factor is not defined: .*Pass factor as.*taskFrom/),
    });
    expect((error as Error).stack).toMatch(/^ReferenceError: factor is not defined: /);
    await expect(pool.submit(async () => imported.helper(1))).rejects.toThrow(/^imported is not defined: /);
  });

  test('is distinguished from a mistake in a module', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const broken = taskFrom('data:text/javascript,export default () => missing');
    await expect(pool.submit(broken)).rejects.toThrow(/^missing is not defined$/);
    const importing = async () => {
      const address = 'data:text/javascript,missing';
      await import(address);
    };
    await expect(pool.submit(importing)).rejects.toThrow(/^missing is not defined$/);
  });

  test('sees the global of its own name, not itself', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const wrappers = { structuredClone: (value: object) => structuredClone(value) };
    expect(await pool.submit(wrappers.structuredClone, [{ a: 1 }])).toEqual({ a: 1 });
  });

  test('may use what compilers put in place of the names of functions', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const compiled = Function(
      'return () => { const f = __name((n) => n + 1, "f"); return [f(1), f.name]; }',
    )() as () => unknown;
    expect(await pool.submit(compiled)).toEqual([2, 'f']);
  });
});

describe('submit refuses', () => {
  class Counter {
    count = 0;
    increment() {
      return ++this.count;
    }
  }
  const object = {
    method() {},
    async asyncMethod() {},
    *generatorMethod() {},
    get accessor() {
      return 1;
    },
    'quoted name'() {},
  };
  const getter = Object.getOwnPropertyDescriptor(object, 'accessor')!.get!;

  test.each<[string, unknown, RegExp]>([
    ['a native function', Math.max, /function max is native or bound/],
    ['a bound function', function bound() {}.bind(null), /is native or bound/],
    ['a proxy of a function', new Proxy(() => 1, {}), /is native or bound/],
    ['a class', Counter, /class Counter is a class/],
    ['a method of a class', new Counter().increment, /function increment is a method/],
    ['a method', object.method, /is a method/],
    ['an async method', object.asyncMethod, /is a method/],
    ['a generator method', object.generatorMethod, /is a method/],
    ['a method with a quoted name', object['quoted name'], /is a method/],
    ['a getter', getter, /is a method/],
    ['a generator function', function* () {}, /is a generator function/],
    ['an async generator function', async function* () {}, /is a generator function/],
    ['a promise', Promise.resolve(1), /func must be a function, or what taskFrom\(\) returns, not a promise/],
    ['nothing', undefined, /func must be a function, or what taskFrom\(\) returns, not undefined/],
  ])('%s', async (_what, func, message) => {
    await using pool = new ThreadPoolExecutor();
    const submit = () => pool.submit(func as () => void);
    expect(submit).toThrow(TypeError);
    expect(submit).toThrow(message);
  });

  test('a function with import.meta', async () => {
    const module = 'data:text/javascript,export default () => import.meta.url';
    const { default: func } = (await import(module)) as { default: () => string };
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    expect(() => pool.submit(func)).toThrow(/is a method, or uses super or import\.meta/);
  });

  test('arguments that are no array', async () => {
    await using pool = new ThreadPoolExecutor();
    expect(() => pool.submit((a: string) => a, 'a' as never)).toThrow(/args must be an array/);
  });
});

describe('taskFrom', () => {
  test('takes URLs, addresses and absolute paths', () => {
    expect(taskFrom(new URL('file:///a/b.js'), 'c')).toEqual({ url: 'file:///a/b.js', exportName: 'c' });
    expect(taskFrom('file:///a/b.js')).toEqual({ url: 'file:///a/b.js', exportName: 'default' });
    expect(taskFrom('/a/ä b.js').url).toBe('file:///a/%C3%A4%20b.js');
  });

  test('refuses what is relative, because its base is unknown', () => {
    expect(() => taskFrom('./work.js')).toThrow(/url must be an absolute address such as new URL\(/);
    expect(() => taskFrom(42 as never)).toThrow(TypeError);
    expect(() => taskFrom(null as never)).toThrow(TypeError);
    expect(() => taskFrom(new URL('file:///a'), 1 as never)).toThrow(/exportName must be a string/);
  });
});

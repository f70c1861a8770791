import { ContextVar } from '@bight/contextvars';
import { expect, test } from '@jest/globals';
import { type JestEvent, type JestFunction, withContexts } from '../../src/jest.js';

class Environment {
  readonly global: object = globalThis;
  readonly events: string[] = [];

  async handleTestEvent({ name }: JestEvent): Promise<void> {
    this.events.push(name);
  }
}

const name = new ContextVar('name', { default: 'none' });

/** Plays what Jest's runner does with a test and its hooks. */
async function play(environment: Environment, item: JestFunction, hooks: JestFunction[] = []) {
  const handle = (event: JestEvent) => environment.handleTestEvent(event);
  await handle({ name: 'test_start', test: item });
  for (const hook of hooks) {
    await handle({ name: 'hook_start', hook });
    await (hook.fn as () => unknown)();
  }
  await handle({ name: 'test_fn_start', test: item });
  const result = (item.fn as () => unknown)();
  await result;
  await handle({ name: 'test_done', test: item });
  return result;
}

test('a test and its hooks have a context of their own, also when the test is tried again', async () => {
  const environment = new (withContexts(Environment))();
  const seen: string[] = [];
  const hook: JestFunction = { type: 'beforeEach', fn: () => void name.set(`${name.get()} hook`) };
  const item: JestFunction = {
    fn: async () => {
      seen.push(name.get());
      name.set('test');
      await null;
      seen.push(name.get());
    },
  };
  for (let count = 0; count < 2; count++) await play(environment, item, [hook]);
  expect(seen).toEqual(['none hook', 'test', 'none hook', 'test']);
  expect(name.get()).toBe('none');
  expect(environment.events.slice(0, 4)).toEqual(['test_start', 'hook_start', 'test_fn_start', 'test_done']);
});

test('hooks for all tests run where the runner calls them, with their own function', async () => {
  const environment = new (withContexts(Environment))();
  const fn = () => void name.set('for all');
  const hook: JestFunction = { type: 'beforeAll', fn };
  await environment.handleTestEvent({ name: 'hook_start', hook });
  expect(hook.fn).toBe(fn);
});

test('a realm without contexts is left alone', async () => {
  const environment = new (withContexts(Environment))();
  Object.assign(environment, { global: {} });
  const fn = () => {};
  const item: JestFunction = { fn };
  await play(environment, item);
  expect(item.fn).toBe(fn);
});

test('a function keeps its number of parameters and its kind', async () => {
  const environment = new (withContexts(Environment))();
  const taking: JestFunction = { fn: (_done: unknown) => {} };
  await play(environment, taking);
  expect(taking.fn).toHaveLength(1);
  const generator: JestFunction = {
    *fn() {
      name.set('generator');
      const sent: unknown = yield 1;
      const now = name.get();
      try {
        yield 2;
      } catch (error) {
        return [sent, now, name.get(), error];
      }
      return null;
    },
  };
  const steps = (await play(environment, generator)) as Generator;
  expect(steps.next()).toEqual({ value: 1, done: false });
  expect(steps.next('sent')).toEqual({ value: 2, done: false });
  expect(steps.throw('thrown')).toEqual({ value: ['sent', 'generator', 'generator', 'thrown'], done: true });
  expect(name.get()).toBe('none');
});

test('withContexts() refuses what is no class', () => {
  expect(() => withContexts(null as never)).toThrow(/^Environment must be a function/);
});

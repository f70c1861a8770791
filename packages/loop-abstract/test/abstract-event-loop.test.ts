import { AbstractEventLoop, AbstractServer, NotImplementedError } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { camelCase, LOOP_ATTRIBUTES, LOOP_METHODS, SERVER_MEMBERS } from './reference.js';

/** The methods of loops that the reference lacks. */
const ADDITIONS = ['exposeThreadsafe', 'trackAsyncgen'];

class MyLoop extends AbstractEventLoop {}

const referenceMethods = Object.values(LOOP_METHODS).flat().map(camelCase);

describe.each(Object.entries(LOOP_METHODS))('the section "%s" of the reference', (_section, names) => {
  test.each(names.map((name) => [name, camelCase(name)]))('has %s as %s()', (_name, method) => {
    const loop = new MyLoop() as unknown as Record<string, () => unknown>;
    expect(() => loop[method]!()).toThrow(NotImplementedError);
    expect(() => loop[method]!()).toThrow(`MyLoop does not implement ${method}(): `);
  });
});

test('there is no method that neither the reference nor the list of additions has', () => {
  const methods = Object.getOwnPropertyNames(AbstractEventLoop.prototype).filter(
    (name) => name !== 'constructor',
  );
  expect(methods.sort()).toEqual([...referenceMethods, ...ADDITIONS].sort());
});

test("the reference's attributes of a loop are there", () => {
  expect(LOOP_ATTRIBUTES.map(camelCase)).toEqual(['slowCallbackDuration']);
  expect(new MyLoop().slowCallbackDuration).toBe(0.1);
});

test("the reference's methods and attributes of a server are there, and no others", () => {
  const members = Object.getOwnPropertyNames(AbstractServer.prototype).filter(
    (name) => name !== 'constructor',
  );
  expect(members.sort()).toEqual(SERVER_MEMBERS.map(camelCase).sort());
});

describe('the error of a missing method', () => {
  const loop = new MyLoop();

  test('names the loop class that watches descriptors', () => {
    expect(() => loop.addReader(0, () => {})).toThrow("addReader(): use bight's SelectorEventLoop");
    expect(() => loop.sockRecv({} as never, 1)).toThrow("sockRecv(): use bight's SelectorEventLoop");
  });

  test('names the package that adds the missing method', () => {
    expect(() => loop.createServer(() => ({}))).toThrow('withNet() of @bight/loop-net');
    expect(() => loop.addSignalHandler('SIGINT', () => {})).toThrow('withSignals() of @bight/loop-signals');
    expect(() => loop.subprocessShell(() => ({}), 'true')).toThrow('@bight/loop-subprocess');
    expect(() => loop.time()).toThrow('extend CoreEventLoop of @bight/loop-core');
  });
});

describe('a subclass', () => {
  class Clock extends AbstractEventLoop {
    override time(): number {
      return 42;
    }
  }

  test('overrides what it offers', () => {
    expect(new Clock().time()).toBe(42);
    expect(() => new Clock().stop()).toThrow('Clock does not implement stop()');
  });

  test('is an AbstractEventLoop', () => {
    expect(new Clock()).toBeInstanceOf(AbstractEventLoop);
    expect({ time: () => 42 }).not.toBeInstanceOf(AbstractEventLoop);
  });

  test('reaches the default through super', () => {
    class Asking extends AbstractEventLoop {
      override time(): number {
        return super.time();
      }
    }
    expect(() => new Asking().time()).toThrow(NotImplementedError);
  });

  test('has no enumerable methods', () => {
    const keys: string[] = [];
    for (const key in new Clock()) keys.push(key);
    expect(keys).toEqual(['slowCallbackDuration']);
  });
});

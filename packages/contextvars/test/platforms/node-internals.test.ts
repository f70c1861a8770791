import { afterEach, describe, expect, jest, test } from '@jest/globals';

const stateKey = Symbol.for('@bight/contextvars.shared-state.1');
const { env } = process;
const before = env.BIGHT_NODE_INTERNALS;

/** A copy of the package that shares nothing with the others. */
async function load() {
  jest.resetModules();
  delete (globalThis as Record<symbol, unknown>)[stateKey];
  return {
    ...(await import('@bight/contextvars')),
    ...(await import('@bight/contextvars/low-level')),
    ...(await import('../../src/platforms/current.js')),
  };
}

afterEach(() => {
  if (before === undefined) delete env.BIGHT_NODE_INTERNALS;
  else env.BIGHT_NODE_INTERNALS = before;
});

const documented = 'PlainPlatform';

describe("Node's internals", () => {
  test.each([undefined, '', 'on'])('are used when BIGHT_NODE_INTERNALS is %p', async (setting) => {
    if (setting === undefined) delete env.BIGHT_NODE_INTERNALS;
    else env.BIGHT_NODE_INTERNALS = setting;
    const copy = await load();
    expect(copy.nodeInternals()).toBe(true);
    expect(copy.currentPlatform().constructor.name).not.toBe(documented);
  });

  test('are not used when it is off', async () => {
    env.BIGHT_NODE_INTERNALS = 'off';
    const copy = await load();
    expect(copy.nodeInternals()).toBe(false);
    expect(copy.currentPlatform().constructor.name).toBe(documented);
  });

  test('need a setting that is known', async () => {
    env.BIGHT_NODE_INTERNALS = 'of';
    const copy = await load();
    expect(() => new copy.ContextVar('v').set(1)).toThrow(
      new copy.ValueError("BIGHT_NODE_INTERNALS must be 'on' or 'off', got 'of'"),
    );
  });

  test('are not used after setNodeInternals(false), and contexts work', async () => {
    delete env.BIGHT_NODE_INTERNALS;
    const copy = await load();
    copy.setNodeInternals(false);
    const variable = new copy.ContextVar<string>('v', { default: 'none' });
    const inside = copy.copyContext().run(async () => {
      variable.set('inside');
      await null;
      return variable.get();
    });
    expect(await inside).toBe('inside');
    expect(variable.get()).toBe('none');
    expect(copy.currentPlatform().constructor.name).toBe(documented);
  });

  test('are used after setNodeInternals(true), whatever the environment says', async () => {
    env.BIGHT_NODE_INTERNALS = 'off';
    const copy = await load();
    copy.setNodeInternals(true);
    expect(copy.nodeInternals()).toBe(true);
  });

  test('cannot be switched when contexts are in use', async () => {
    delete env.BIGHT_NODE_INTERNALS;
    const copy = await load();
    copy.copyContext();
    expect(() => copy.setNodeInternals(false)).toThrow(copy.RuntimeError);
    copy.setNodeInternals(true);
    expect(copy.nodeInternals()).toBe(true);
  });

  test('are switched by a boolean', async () => {
    const copy = await load();
    expect(() => copy.setNodeInternals('off' as never)).toThrow(
      new TypeError("isAllowed must be a boolean, got 'off'"),
    );
  });

  test('are switched for all copies', async () => {
    const copy = await load();
    copy.setNodeInternals(false);
    jest.resetModules();
    const other = await import('@bight/contextvars/low-level');
    expect(other.nodeInternals()).toBe(false);
  });
});

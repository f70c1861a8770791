import { beforeAll, describe, expect, jest, test } from '@jest/globals';

async function load() {
  jest.resetModules();
  return {
    ...(await import('@bight/contextvars')),
    ...(await import('@bight/contextvars/low-level')),
    ...(await import('../../src/platforms/run-context.js')),
  };
}

let ours: Awaited<ReturnType<typeof load>>;
let theirs: typeof ours;

beforeAll(async () => {
  ours = await load();
  theirs = await load();
});

describe('Two copies of the package in one process', () => {
  test('are two', () => {
    expect(ours.ContextVar).not.toBe(theirs.ContextVar);
    expect(ours.Context).not.toBe(theirs.Context);
  });

  test('share one current context', async () => {
    const a = new ours.ContextVar<string>('a', { default: 'none' });
    const b = new theirs.ContextVar<string>('b', { default: 'none' });
    await new ours.Context().run(async () => {
      a.set('in ours');
      b.set('in ours');
      await theirs.copyContext().run(async () => {
        expect([a.get(), b.get()]).toEqual(['in ours', 'in ours']);
        a.set('in theirs');
        await null;
        expect(ours.copyContext().get(a)).toBe('in theirs');
        expect(theirs.copyContext().get(a as never)).toBe('in theirs');
      });
      expect([a.get(), b.get()]).toEqual(['in ours', 'in ours']);
    });
    expect([a.get(), b.get()]).toEqual(['none', 'none']);
  });

  test('share the root context', () => {
    expect(ours.currentContext()).toBe(theirs.currentContext());
  });

  test('have variables that do not mix', () => {
    const pairs = Array.from({ length: 50 }, (_, index) => ({
      a: new ours.ContextVar<string>(`v${index}`),
      b: new theirs.ContextVar<string>(`v${index}`),
    }));
    new theirs.Context().run(() => {
      pairs.forEach(({ a, b }, index) => {
        a.set(`a${index}`);
        b.set(`b${index}`);
      });
      pairs.forEach(({ a, b }, index) => {
        expect([a.get(), b.get()]).toEqual([`a${index}`, `b${index}`]);
      });
      expect(ours.copyContext().size).toBe(100);
      expect(ours.copyContext().equals(theirs.copyContext() as never)).toBe(true);
    });
  });

  test('notice a context that the other entered', async () => {
    const context = new ours.Context();
    await theirs.copyContext().run(async () => {
      context.run(() => {
        const current = theirs.currentContext();
        expect(current).toBe(context);
        expect(() => theirs.Context.prototype.run.call(current, () => 1)).toThrow(ours.RuntimeError);
      });
    });
    for (let round = 0; round < 3; round++) {
      expect(theirs.Context.prototype.run.call(context as never, () => theirs.currentContext())).toBe(
        context,
      );
    }
  });

  test('recognise what the other made', () => {
    const variable = new ours.ContextVar<number>('v');
    const context = new ours.Context();
    const token = context.run(() => variable.set(1));
    expect(variable).toBeInstanceOf(theirs.ContextVar);
    expect(context).toBeInstanceOf(theirs.Context);
    expect(token).toBeInstanceOf(theirs.Token);
    expect(context.run(() => ours.currentRunContext())).toBeInstanceOf(theirs.RunContext);
    expect({}).not.toBeInstanceOf(theirs.Context);
    expect(null).not.toBeInstanceOf(theirs.Context);
    expect(ours.Token.MISSING).toBe(theirs.Token.MISSING);
    class Special extends theirs.ContextVar<number> {}
    expect(variable).not.toBeInstanceOf(Special);
    expect(new Special('s')).toBeInstanceOf(Special);
    expect(new Special('s')).toBeInstanceOf(ours.ContextVar);
  });

  test('throw errors of the same classes', () => {
    for (const name of ['RuntimeError', 'ValueError', 'LookupError', 'KeyError'] as const) {
      expect(ours[name]).toBe(theirs[name]);
    }
    const token = new ours.Context().run(() => new ours.ContextVar<number>('v').set(1));
    expect(() => new theirs.ContextVar<number>('v').reset(token as never)).toThrow(ours.ValueError);
  });

  test('run in run contexts and carriers of each other', () => {
    const variable = new ours.ContextVar<string>('v', { default: 'none' });
    const context = new ours.Context();
    context.run(() => variable.set('inside'));
    const carrier = context.run(theirs.capture);
    expect(ours.runInCarrier(carrier, () => variable.get(), null, null)).toBe('inside');
    const run = theirs.runContext(context as never, null, null);
    expect(ours.runIn(ours.capture(), run as never, () => variable.get(), null, null)).toBe('inside');
    for (let round = 0; round < 4; round++) {
      const [enter, capture] = round % 2 === 0 ? [ours, theirs] : [theirs, ours];
      const get = () => variable.get();
      expect(
        enter.runIn(capture.capture(), capture.runContext(context as never, null, null), get, null, null),
      ).toBe('inside');
    }
  });
});

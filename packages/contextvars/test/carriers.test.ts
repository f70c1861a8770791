import { AsyncLocalStorage } from 'node:async_hooks';
import { Context, ContextVar } from '@bight/contextvars';
import {
  capture,
  captureIn,
  currentContext,
  currentRunContext,
  runContext,
  runIn,
  runInCarrier,
} from '@bight/contextvars/low-level';
import { describe, expect, test } from '@jest/globals';

const foreign = new AsyncLocalStorage<string>();
const loop = { name: 'loop' };
const task = { name: 'task' };

function look(this: unknown, arg: unknown) {
  return { self: this, arg, run: currentRunContext(), foreign: foreign.getStore() };
}

describe('Carriers', () => {
  test('there is none at first, and the root context is current', () => {
    expect(currentRunContext()).toBeUndefined();
    expect(currentContext()).toBeInstanceOf(Context);
  });

  test('runIn takes our run context from its argument and foreign values from the carrier', () => {
    const carrier = foreign.run('captured', capture);
    const run = runContext(new Context(), loop, task);
    const seen = foreign.run('caller', () => runIn(carrier, run, look, 'self', 'arg'));
    expect(seen).toEqual({ self: 'self', arg: 'arg', run, foreign: 'captured' });
    expect(seen.run).toBe(run);
    expect(currentRunContext()).toBeUndefined();
  });

  test('a carrier that ran in a run context stays as it was captured', () => {
    const carrier = foreign.run('captured', capture);
    runIn(carrier, runContext(new Context(), loop, task), look, null, null);
    expect(runInCarrier(carrier, look, null, null)).toMatchObject({ run: undefined, foreign: 'captured' });
    expect(() =>
      runIn(carrier, runContext(new Context(), loop, task), () => JSON.parse('{'), null, null),
    ).toThrow(SyntaxError);
    expect(runInCarrier(carrier, look, null, null).run).toBeUndefined();
  });

  test('captureIn makes a carrier that has the run context', () => {
    const run = runContext(new Context(), loop, task);
    const inner = captureIn(foreign.run('captured', capture), run);
    expect(runInCarrier(inner, look, null, null)).toMatchObject({ foreign: 'captured' });
    expect(runInCarrier(inner, look, null, null).run).toBe(run);
  });

  test('a run context may have a loop and no task', () => {
    const context = new Context();
    const carrier = foreign.run('captured', capture);
    for (let round = 0; round < 5; round++) {
      const seen = runIn(carrier, runContext(context, loop, null), look, 'self', round);
      expect(seen).toMatchObject({ self: 'self', arg: round, foreign: 'captured' });
      expect(seen.run?.context).toBe(context);
      expect(seen.run?.loop).toBe(loop);
      expect(seen.run?.task).toBeNull();
    }
  });

  test('Context.run keeps loop and task', () => {
    const variable = new ContextVar<string>('v');
    const inner = new Context();
    runIn(
      capture(),
      runContext(new Context(), loop, task),
      () => {
        inner.run(() => {
          variable.set('inner');
          expect(currentRunContext()).toMatchObject({ context: inner, loop, task });
        });
        expect(variable.get('none')).toBe('none');
      },
      undefined,
      undefined,
    );
    expect(inner.get(variable)).toBe('inner');
  });
});

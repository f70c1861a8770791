import { AsyncLocalStorage } from 'node:async_hooks';
import { Context, ContextVar } from '@bight/contextvars';
import {
  capture,
  captureIn,
  currentContext,
  currentFrame,
  Frame,
  runInCarrier,
  runInContext,
  runInFrame,
} from '@bight/contextvars/frame';
import { describe, expect, test } from '@jest/globals';

const foreign = new AsyncLocalStorage<string>();
const loop = { name: 'loop' };
const task = { name: 'task' };

function look(this: unknown, arg: unknown) {
  return { self: this, arg, frame: currentFrame(), foreign: foreign.getStore() };
}

describe('frames', () => {
  test('there is none at first, and the root context is current', () => {
    expect(currentFrame()).toBeUndefined();
    expect(currentContext()).toBeInstanceOf(Context);
  });

  test('runInFrame takes our frame from its argument and foreign stores from the carrier', () => {
    const carrier = foreign.run('captured', capture);
    const frame = new Frame(new Context(), loop, task);
    const seen = foreign.run('caller', () => runInFrame(carrier, frame, look, 'self', 'arg'));
    expect(seen).toEqual({ self: 'self', arg: 'arg', frame, foreign: 'captured' });
    expect(seen.frame).toBe(frame);
    expect(currentFrame()).toBeUndefined();
  });

  test('a carrier that ran in a frame stays as it was captured', () => {
    const carrier = foreign.run('captured', capture);
    runInFrame(carrier, new Frame(new Context(), loop, task), look, null, null);
    expect(runInCarrier(carrier, look, null, null)).toMatchObject({ frame: undefined, foreign: 'captured' });
    expect(() =>
      runInFrame(carrier, new Frame(new Context(), loop, task), () => JSON.parse('{'), null, null),
    ).toThrow(SyntaxError);
    expect(runInCarrier(carrier, look, null, null).frame).toBeUndefined();
  });

  test('captureIn makes a carrier that has the frame', () => {
    const frame = new Frame(new Context(), loop, task);
    const inner = captureIn(foreign.run('captured', capture), frame);
    expect(runInCarrier(inner, look, null, null)).toMatchObject({ foreign: 'captured' });
    expect(runInCarrier(inner, look, null, null).frame).toBe(frame);
  });

  test('runInContext runs in a context of a loop, without a task', () => {
    const context = new Context();
    const carrier = foreign.run('captured', capture);
    for (let round = 0; round < 5; round++) {
      const seen = runInContext(carrier, context, loop, look, 'self', round);
      expect(seen).toMatchObject({ self: 'self', arg: round, foreign: 'captured' });
      expect(seen.frame?.context).toBe(context);
      expect(seen.frame?.loop).toBe(loop);
      expect(seen.frame?.task).toBeNull();
    }
  });

  test('Context.run keeps loop and task', () => {
    const variable = new ContextVar<string>('v');
    const inner = new Context();
    runInFrame(
      capture(),
      new Frame(new Context(), loop, task),
      () => {
        inner.run(() => {
          variable.set('inner');
          expect(currentFrame()).toMatchObject({ context: inner, loop, task });
        });
        expect(variable.get('none')).toBe('none');
      },
      undefined,
      undefined,
    );
    expect(inner.get(variable)).toBe('inner');
  });
});

import { CancelledError, TimeoutError } from '@bight/loop-abstract';
import {
  CancelScope,
  currentEffectiveDeadline,
  failAfter,
  moveOnAfter,
  moveOnAt,
  sleep,
  timeout,
} from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { outcome } from '../../../../test/support/outcome.js';
import { inLoop } from '../support/loops.js';

describe('deadlines', () => {
  test('moveOnAfter() gives undefined, failAfter() throws, an explicit cancel() does not', () =>
    inLoop(async () => {
      expect(await moveOnAfter(0.001).run(() => sleep(3600))).toBeUndefined();
      const error = (await outcome(failAfter(0.001).run(() => sleep(3600)))) as Error;
      expect(error).toBeInstanceOf(TimeoutError);
      expect(error.cause).toBeInstanceOf(CancelledError);
      const explicit = await failAfter(3600).run(async (scope) => {
        scope.cancel();
        await sleep(0);
      });
      expect(explicit).toBeUndefined();
    }));

  test('in the past: the body begins, and its first wait throws', () =>
    inLoop(async () => {
      const steps: string[] = [];
      await moveOnAfter(-1).run(async () => {
        steps.push('began');
        await sleep(0);
        steps.push('waited');
      });
      expect(steps).toEqual(['began']);
    }));

  test('nest: currentEffectiveDeadline() is the earliest', () =>
    inLoop(async (loop) => {
      expect(currentEffectiveDeadline()).toBe(Number.POSITIVE_INFINITY);
      const when = loop.time() + 100;
      await moveOnAt(when + 50).run(() =>
        moveOnAt(when).run(async (scope) => {
          await moveOnAt(when + 10).run(() => expect(currentEffectiveDeadline()).toBe(when));
          await new CancelScope({ shield: true }).run(() =>
            expect(currentEffectiveDeadline()).toBe(Number.POSITIVE_INFINITY),
          );
          scope.cancel();
          expect(currentEffectiveDeadline()).toBe(Number.NEGATIVE_INFINITY);
        }),
      );
    }));

  test('come in the order in which scopes were entered, among timers of equal time', () =>
    inLoop(async (loop) => {
      const when = loop.time() + 0.01;
      const seen: string[] = [];
      loop.callAt(when, () => seen.push('before'));
      const scope = new CancelScope({ deadline: when });
      await scope.run(async () => {
        loop.callAt(when, () => seen.push('inside'));
        scope.signal.addEventListener('abort', () => seen.push('deadline'));
        await sleep(3600);
      });
      await sleep(0);
      expect(seen).toEqual(['before', 'deadline', 'inside']);
    }));

  test('count as the code has moved them before its first wait', () =>
    inLoop(async (loop) => {
      const past = moveOnAfter(3600);
      await past.run(() => {
        past.deadline = loop.time() - 1;
        return sleep(3600);
      });
      const never = moveOnAfter(3600);
      await never.run(() => {
        never.deadline = Number.POSITIVE_INFINITY;
        return sleep(0);
      });
      const plain = moveOnAfter(3600);
      await plain.run(() => {
        plain.deadline = loop.time() + 7200;
      });
      expect([past.cancelledCaught, never.cancelCalled, loop.statistics().timers]).toEqual([true, false, 0]);
    }));

  test('may be moved', () =>
    inLoop(async (loop) => {
      const scope = new CancelScope();
      await scope.run(async () => {
        scope.deadline = loop.time() - 1;
        expect(scope.cancelCalled).toBe(true);
        scope.deadline = Number.POSITIVE_INFINITY;
        await sleep(0);
      });
      expect(scope.cancelledCaught).toBe(true);
      expect(() => new CancelScope({ deadline: Number.NaN })).toThrow('deadline');
    }));
});

test('a time limit whose body turns the cancel into another error inserts a TimeoutError as its cause', () =>
  inLoop(async () => {
    const error = (await outcome(
      timeout(0.001).run(async () => {
        try {
          await sleep(3600);
        } catch (cause) {
          throw new Error('mine', { cause });
        }
      }),
    )) as Error;
    expect(error.message).toBe('mine');
    expect(error.cause).toBeInstanceOf(TimeoutError);
    expect((error.cause as Error).cause).toBeInstanceOf(CancelledError);
  }));

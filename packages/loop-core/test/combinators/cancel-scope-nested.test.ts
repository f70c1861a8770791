import { CancelScope, failAfter, moveOnAt, sleep } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { outcome } from '../../../../test/support/outcome.js';
import { inLoop } from '../support/loops.js';

describe('nested scopes', () => {
  test('the outermost that was cancelled catches', () =>
    inLoop(async () => {
      const outer = new CancelScope();
      const inner = new CancelScope();
      let isReached = false;
      await outer.run(async () => {
        await inner.run(async () => {
          inner.cancel();
          outer.cancel();
          await sleep(3600);
        });
        isReached = true;
      });
      expect([outer.cancelledCaught, inner.cancelledCaught, isReached]).toEqual([true, false, false]);
    }));

  test('with equal deadlines: the outer one', () =>
    inLoop(async (loop) => {
      const when = loop.time() + 0.005;
      const outer = moveOnAt(when);
      const inner = moveOnAt(when);
      await outer.run(() => inner.run(() => sleep(3600)));
      expect([outer.cancelledCaught, inner.cancelledCaught]).toEqual([true, false]);
    }));

  test('with equal deadlines that pass before the inner one is entered: the outer one', () =>
    inLoop(async (loop) => {
      for (const move of [false, true]) {
        const when = loop.time() + 0.002;
        const outer = moveOnAt(when);
        const inner = moveOnAt(when);
        await outer.run(async () => {
          while (loop.time() <= when);
          try {
            await inner.run(() => sleep(3600));
          } finally {
            if (move) outer.deadline = Number.POSITIVE_INFINITY;
          }
        });
        expect([outer.cancelledCaught, inner.cancelledCaught, outer.cancelCalled]).toEqual([
          true,
          false,
          true,
        ]);
      }
    }));

  test('an outer deadline that has passed unnoticed catches the cancel of a scope inside', () =>
    inLoop(async (loop) => {
      const ends: unknown[] = [];
      for (const form of [
        (scope: CancelScope, body: () => Promise<unknown>) => scope.run(body),
        async (scope: CancelScope, body: () => Promise<unknown>) => {
          await using _ = scope;
          await body();
        },
      ]) {
        const outer = failAfter(0.002);
        ends.push(
          await outcome(
            form(outer, async () => {
              const inner = new CancelScope();
              await inner.run(async () => {
                inner.cancel();
                while (loop.time() <= outer.deadline);
                await sleep(3600);
              });
              ends.push(inner.cancelledCaught);
            }),
          ),
        );
        expect([outer.cancelCalled, outer.cancelledCaught]).toEqual([true, true]);
      }
      expect(ends.map((error) => (error as Error).name)).toEqual(['TimeoutError', 'TimeoutError']);
    }));

  test('a shield that is lowered lets the cancel in at once', () =>
    inLoop(async (loop) => {
      const outer = new CancelScope();
      const inner = new CancelScope({ shield: true });
      loop.callSoon(() => outer.cancel());
      loop.callLater(0.005, () => {
        inner.shield = false;
      });
      await outer.run(() => inner.run(() => sleep(3600)));
      expect([outer.cancelledCaught, inner.cancelledCaught]).toEqual([true, false]);
    }));
});

import { CancelledError } from '@bight/loop-abstract';
import {
  CancelScope,
  cancelShieldedCheckpoint,
  checkpoint,
  createTask,
  currentTask,
  sleep,
  TaskGroup,
} from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { outcome } from '../../../../test/support/outcome.js';
import { foreignTurn, gate } from '../support/foreign.js';
import { inLoop, settle } from '../support/loops.js';

describe('a cancelled scope', () => {
  test('ends its body, gives undefined, and leaves the task alone', () =>
    inLoop(async (loop) => {
      const scope = new CancelScope();
      loop.callSoon(() => scope.cancel('why'));
      expect(await scope.run(() => sleep(3600))).toBeUndefined();
      expect([scope.cancelCalled, scope.cancelledCaught, scope.cancelReason]).toEqual([true, true, 'why']);
      expect(currentTask()?.cancelling()).toBe(0);
      await sleep(0);
    }));

  test('throws at each wait, once per wait, with the reason as the cause', () =>
    inLoop(async () => {
      const causes: unknown[] = [];
      await new CancelScope().run(async (scope) => {
        scope.cancel('why');
        for (let n = 0; n < 3; n++) causes.push(((await outcome(sleep(3600))) as Error).cause);
      });
      expect(causes).toEqual(['why', 'why', 'why']);
    }));

  test('throws at each wait of a generator', () =>
    inLoop(function* () {
      let caught = 0;
      yield* new CancelScope().run(function* (scope) {
        scope.cancel();
        for (let n = 0; n < 3; n++) {
          try {
            yield* sleep(3600);
          } catch {
            caught++;
          }
        }
      });
      expect(caught).toBe(3);
    } as never));

  test('gives the value of a body that does not wait, also of a plain function', () =>
    inLoop(async () => {
      const scope = new CancelScope();
      expect(
        await scope.run((self) => {
          self.cancel();
          return 'value';
        }),
      ).toBe('value');
      expect([scope.cancelCalled, scope.cancelledCaught]).toEqual([true, false]);
      await sleep(0);
    }));

  test('does not swallow a cancel of the task, in either order', () =>
    inLoop(async () => {
      for (const order of ['scope first', 'task first']) {
        const scope = new CancelScope();
        const task = createTask(() => scope.run(() => sleep(3600)));
        await sleep(0);
        await sleep(0);
        if (order === 'scope first') scope.cancel();
        task.cancel();
        scope.cancel();
        expect(await outcome(task)).toBeInstanceOf(CancelledError);
        expect([task.cancelled(), scope.cancelledCaught]).toEqual([true, false]);
      }
    }));

  test.each<[string, (end: (scope: CancelScope) => Promise<unknown>) => PromiseLike<unknown>]>([
    ['a scope', (end) => new CancelScope().run(end)],
    ['a scope in a scope', (end) => new CancelScope().run(() => new CancelScope().run(end))],
    ['a group', (end) => TaskGroup.run((group) => end(group.scope))],
  ])('does not catch a cancel of the task that was pending when it began: %s', (_name, run) =>
    inLoop(async () => {
      const task = createTask(async () => {
        currentTask()?.cancel();
        await run(async (scope) => {
          scope.cancel();
          await sleep(3600);
        });
        return 'swallowed';
      });
      expect(await outcome(task)).toBeInstanceOf(CancelledError);
    }),
  );

  test('catches its own cancel during the clean-up after a cancel of the task', () =>
    inLoop(async () => {
      const task = createTask(async () => {
        try {
          await sleep(3600);
        } catch {
          await new CancelScope().run(async (scope) => {
            scope.cancel();
            await sleep(3600);
          });
        }
        return 'cleaned up';
      });
      await sleep(0);
      await sleep(0);
      task.cancel();
      expect(await task).toBe('cleaned up');
    }));

  test('lets a clean-up wait in a shielded scope', () =>
    inLoop(async () => {
      let isClean = false;
      await new CancelScope().run(async (scope) => {
        scope.cancel();
        try {
          await sleep(3600);
        } finally {
          await new CancelScope({ shield: true }).run(async () => {
            await sleep(0.001);
            await sleep(0);
            isClean = true;
          });
        }
      });
      expect(isClean).toBe(true);
    }));

  test('reaches past a foreign promise at the next wait', () =>
    inLoop(async () => {
      const foreign = gate();
      const scope = new CancelScope();
      const task = createTask(() =>
        scope.run(async () => {
          await foreign.promise;
          await sleep(0);
          return 'not reached';
        }),
      );
      await foreignTurn();
      scope.cancel();
      await settle();
      foreign.open();
      expect(await task).toBeUndefined();
    }));

  test('may only be used once', () =>
    inLoop(async () => {
      const scope = new CancelScope();
      await scope.run(() => sleep(0));
      expect(() => scope.run(() => sleep(0))).toThrow('once');
    }));
});

test('a block of await using ends with the CancelledError of the scope', () =>
  inLoop(async (loop) => {
    const scope = new CancelScope();
    loop.callSoon(() => scope.cancel());
    const error = await outcome(
      (async () => {
        await using _ = scope;
        await sleep(3600);
      })(),
    );
    expect(error).toBeInstanceOf(CancelledError);
    expect(scope.cancelledCaught).toBe(true);
    await sleep(0);
  }));

test('the signal of a scope is aborted once, by it or by one around it', () =>
  inLoop(async (loop) => {
    const outer = new CancelScope();
    let aborts = 0;
    loop.callSoon(() => outer.cancel());
    await outer.run(() =>
      new CancelScope().run(async (inner) => {
        inner.signal.addEventListener('abort', () => aborts++);
        await outcome(sleep(3600));
        inner.cancel();
      }),
    );
    expect(aborts).toBe(1);
  }));

test('a shielded checkpoint is one turn that no cancel interrupts', () =>
  inLoop(async () => {
    const steps: string[] = [];
    await new CancelScope().run(async (scope) => {
      scope.cancel();
      await cancelShieldedCheckpoint();
      steps.push('shielded');
      await checkpoint();
      steps.push('not reached');
    });
    expect(steps).toEqual(['shielded']);
  }));

test('a scope catches the cancel of a block whose end was cancelled, too', () =>
  inLoop(async () => {
    const scope = new CancelScope();
    await scope.run(async () => {
      await using _ = { [Symbol.asyncDispose]: async () => await sleep(3600) };
      scope.cancel();
      await sleep(3600);
    });
    expect(scope.cancelledCaught).toBe(true);
  }));

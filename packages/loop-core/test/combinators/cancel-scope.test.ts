import { CancelledError, TimeoutError } from '@bight/loop-abstract';
import {
  CancelScope,
  cancelShieldedCheckpoint,
  checkpoint,
  createTask,
  currentEffectiveDeadline,
  currentTask,
  failAfter,
  moveOnAfter,
  moveOnAt,
  sleep,
  type Task,
  TaskGroup,
  taskify,
  timeout,
} from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { foreignTurn, gate } from '../support/foreign.js';
import { collectReports, inLoop, settle } from '../support/loops.js';
import { outcome } from '../support/outcome.js';

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
  ])('does not take a cancel of the task for its own that was on its way when it began: %s', (_name, run) =>
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

  test('takes its own cancel for its own in the clean-up after one of the task', () =>
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

  test('are read as the effective one', () =>
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

describe('the scope of a group', () => {
  test('is cancelled with body and children, and the task is not', () =>
    inLoop(async () => {
      const ended: unknown[] = [];
      await TaskGroup.run(async (group) => {
        group.createTask(async () => {
          ended.push(await outcome(sleep(3600)));
          ended.push(await outcome(sleep(3600)));
        });
        await sleep(0);
        await sleep(0);
        group.scope.cancel();
        await sleep(3600);
      });
      expect(ended.map((error) => error instanceof CancelledError)).toEqual([true, true]);
      expect(currentTask()?.cancelling()).toBe(0);
    }));

  test('start() gives what the child passes to started()', () =>
    inLoop(async () => {
      const steps: unknown[] = [];
      await TaskGroup.run(async (group) => {
        const port = await group.start<number>(async (started) => {
          await sleep(0);
          started(80);
          await sleep(0);
          steps.push('child ends');
        });
        steps.push(port);
      });
      expect(steps).toEqual([80, 'child ends']);
    }));

  test('start() throws what the child throws before it has started, and the group goes on', () =>
    inLoop(async () => {
      await TaskGroup.run(async (group) => {
        const error = await outcome(
          group.start(async () => {
            await sleep(0);
            throw new Error('early');
          }),
        );
        expect((error as Error).message).toBe('early');
        expect(((await outcome(group.start(async () => {}))) as Error).name).toBe('RuntimeError');
      });
    }));

  test('start() is cancelled with its caller, and waits for the child', () =>
    inLoop(async () => {
      const steps: string[] = [];
      await TaskGroup.run(async (group) => {
        await new CancelScope().run((scope) =>
          group.start(async () => {
            scope.cancel();
            try {
              await sleep(3600);
            } finally {
              steps.push('child ends');
            }
          }),
        );
        steps.push('moved on');
      });
      expect(steps).toEqual(['child ends', 'moved on']);
    }));
});

test.each(['async', 'generator'] as const)(
  'start() whose scope is cancelled before the child begins: it begins, and meets the cancel at its first wait (%s)',
  (form) =>
    inLoop(async (loop) => {
      const steps: unknown[] = [];
      const bodies = {
        async: async () => {
          steps.push('began', currentTask()?.cancelling());
          await sleep(3600);
        },
        generator: function* () {
          steps.push('began', currentTask()?.cancelling());
          yield* sleep(3600);
        },
      };
      await TaskGroup.run(async (group) => {
        const scope = new CancelScope();
        loop.callSoon(() => scope.cancel());
        await scope.run(() => group.start(bodies[form]));
        steps.push(scope.cancelledCaught);
      });
      expect(steps).toEqual(['began', 0, true]);
    }),
);

describe('a group in a scope that is cancelled', () => {
  const turns = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn++) await sleep(0);
  };
  let child: Task<unknown> | undefined;
  const swallowing = {
    async: () =>
      TaskGroup.run(async (group) => {
        child = group.createTask(() => sleep(3600));
        await sleep(0);
        await sleep(0);
        await outcome(sleep(3600));
      }),
    generator: () =>
      TaskGroup.run(function* (group) {
        child = group.createTask(() => sleep(3600));
        yield* sleep(0);
        yield* sleep(0);
        try {
          yield* sleep(3600);
        } catch {}
      }),
  };

  test.each(Object.entries(swallowing))('ends also if its body swallows the cancel (%s)', (_form, group) =>
    inLoop(async (loop) => {
      const scope = new CancelScope();
      loop.callLater(0.005, () => scope.cancel());
      await scope.run(group as () => Promise<void>);
      expect([child?.cancelled(), scope.cancelCalled]).toEqual([true, true]);
    }),
  );

  test('reaches the children at once, and the children of groups in them, while the body goes on behind a shield', () =>
    inLoop(async () => {
      const steps: string[] = [];
      const child = (name: string) => async () => {
        await outcome(sleep(3600));
        steps.push(name);
      };
      await new CancelScope().run(async (scope) => {
        await TaskGroup.run(async (group) => {
          group.createTask(child('child'));
          group.createTask(async () => {
            await TaskGroup.run(async (inner) => {
              inner.createTask(child('grandchild'));
              await new CancelScope({ shield: true }).run(() => turns(20));
            });
          });
          await turns(6);
          scope.cancel();
          await new CancelScope({ shield: true }).run(() => turns(10));
          steps.push('body');
        });
      });
      expect(steps).toEqual(['child', 'grandchild', 'body']);
    }));

  test('leaves the shields of its children alone, and what their cancelling() says', () =>
    inLoop(async () => {
      const steps: unknown[] = [];
      const scope = new CancelScope();
      await scope.run(() =>
        TaskGroup.run(async (group) => {
          group.createTask(async () => {
            await new CancelScope({ shield: true }).run(() => turns(10));
            steps.push('came through', currentTask()?.cancelling());
            await sleep(3600);
          });
          await turns(6);
          scope.cancel();
          await sleep(3600);
        }),
      );
      expect([steps, scope.cancelledCaught]).toEqual([['came through', 0], true]);
    }));

  test('does not reach the children of a group behind a shield', () =>
    inLoop(async () => {
      const ends: unknown[] = [];
      await new CancelScope().run((scope) =>
        new CancelScope({ shield: true }).run(() =>
          TaskGroup.run(async (group) => {
            group.createTask(async () => ends.push(await outcome(turns(10))));
            await turns(6);
            scope.cancel();
          }),
        ),
      );
      expect(ends).toEqual([undefined]);
    }));

  test('gives its children a cancel of the task that comes on top', () =>
    inLoop(async () => {
      const scope = new CancelScope();
      const task = createTask(() =>
        scope.run(() =>
          TaskGroup.run(async (group) => {
            child = group.createTask(() => new CancelScope({ shield: true }).run(() => sleep(3600)));
            await sleep(3600);
          }),
        ),
      );
      await settle();
      scope.cancel();
      task.cancel();
      expect(await outcome(task)).toBeInstanceOf(CancelledError);
      expect([child?.cancelled(), scope.cancelledCaught]).toEqual([true, false]);
    }));
});

test('a time limit whose body makes another error of the cancel puts a TimeoutError before it', () =>
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

test('taskify() gives each call of the host a task, and reports what nothing awaits', () =>
  inLoop(async (loop) => {
    const reports = collectReports(loop);
    const main = currentTask();
    const done = gate<unknown>();
    const handler = taskify(async (text: string) => {
      await sleep(0);
      done.open(currentTask() !== main && text);
      throw new Error('lost');
    });
    setTimeout(handler, 1, 'arg');
    expect(await done.promise).toBe('arg');
    await sleep(0);
    await sleep(0);
    await sleep(0);
    expect(reports.map(({ exception }) => (exception as Error).message)).toEqual(['lost']);
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

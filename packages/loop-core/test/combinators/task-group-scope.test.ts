import { CancelledError } from '@bight/loop-abstract';
import { CancelScope, createTask, currentTask, sleep, type Task, TaskGroup } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { outcome } from '../../../../test/support/outcome.js';
import { inLoop, settle } from '../support/loops.js';

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

  test('passes a later cancel of the task on to its children', () =>
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

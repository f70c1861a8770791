import { CancelledError, type ExceptionContext } from '@bight/loop-abstract';
import { CoreEventLoop, createTask, currentTask, sleep, TaskGroup } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { outcome } from '../../../../test/support/outcome.js';
import { collectReports } from '../support/loops.js';

/** Runs a program and closes its loop; returns how the program ended and what was reported until then. */
async function ending(main: () => Promise<unknown>): Promise<{ end: unknown; reports: ExceptionContext[] }> {
  const loop = new CoreEventLoop();
  const reports = collectReports(loop);
  try {
    return { end: await outcome(loop.runUntilComplete(main)), reports };
  } finally {
    loop.close();
  }
}

async function failing(): Promise<never> {
  throw new Error('child');
}

/** The messages of the members of an error of a group. */
function members(error: unknown): string[] {
  return (error as AggregateError).errors.map((member: Error) => member.message);
}

/** The errors that JavaScript has joined in a SuppressedError, which not every line of Node knows by this name. */
function joined(error: unknown): unknown[] {
  const { suppressed, error: later } = error as { suppressed?: unknown; error?: unknown };
  return suppressed === undefined ? [error] : [suppressed, later];
}

describe('the errors of the children of a block of await using', () => {
  test('are thrown in place of the cancel that ended the body, and are not reported', async () => {
    const { end, reports } = await ending(async () => {
      const error = await outcome(
        (async () => {
          await using group = new TaskGroup();
          group.createTask(failing);
          await sleep(3600);
        })(),
      );
      expect(currentTask()?.cancelling()).toBe(0);
      await sleep(0);
      throw error;
    });
    expect([(end as Error).name, members(end)]).toEqual(['AggregateError', ['child']]);
    expect(reports).toEqual([]);
  });

  test('are reported, once, where the body swallows the cancel', async () => {
    const { end, reports } = await ending(async () => {
      await using group = new TaskGroup();
      group.createTask(failing);
      await sleep(3600).catch(() => {});
      return 'went on';
    });
    const seen = end instanceof Error ? [end] : [];
    expect([...seen, ...reports.map(({ exception }) => exception)].map(members)).toEqual([['child']]);
  });

  test('are reported, once, where the body turns the cancel into another error', async () => {
    const { end, reports } = await ending(async () => {
      await using group = new TaskGroup();
      group.createTask(failing);
      await sleep(3600).catch(() => {
        throw new Error('instead');
      });
    });
    const errors = joined(end);
    expect(errors.map(String)).toContain('Error: instead');
    const groups = errors.filter((error) => error instanceof AggregateError);
    expect([...groups, ...reports.map(({ exception }) => exception)].map(members)).toEqual([['child']]);
  });

  test('are the cause of the error that replaced the cancel, and are not reported once code has read it', async () => {
    const { end, reports } = await ending(async () => {
      const error = await outcome(
        (async () => {
          await using group = new TaskGroup();
          group.createTask(failing);
          await sleep(3600).catch((cause: unknown) => {
            throw new Error('instead', { cause });
          });
        })(),
      );
      return [(error as Error).message, members((error as Error).cause)];
    });
    expect(end).toEqual(['instead', ['child']]);
    expect(reports).toEqual([]);
  });

  test.each<[string, (cause: unknown) => Error]>([
    ['as its cause', (cause) => new Error('instead', { cause })],
    ['deep in its causes', (cause) => new Error('instead', { cause: new Error('between', { cause }) })],
    ['among its members', (cause) => new AggregateError([new Error('other'), cause], 'instead')],
  ])(
    'are reported with the error of a task that nothing awaits, which has them %s, and not twice',
    async (_how, make) => {
      const { reports } = await ending(async () => {
        createTask(async () => {
          await using group = new TaskGroup();
          group.createTask(failing);
          await sleep(3600).catch((error: unknown) => {
            throw make(error);
          });
        });
        for (let turn = 0; turn < 10; turn++) await sleep(0);
      });
      expect(reports.map(({ exception }) => (exception as Error).message)).toEqual(['instead']);
    },
  );

  test('are thrown when the body has ended before them', async () => {
    const { end, reports } = await ending(async () => {
      await using group = new TaskGroup();
      group.createTask(async () => {
        await sleep(0);
        throw new Error('late');
      });
    });
    expect(members(end)).toEqual(['late']);
    expect(reports).toEqual([]);
  });

  test('do not hide a cancel from outside', async () => {
    const { end, reports } = await ending(async () => {
      const task = currentTask()!;
      const error = await outcome(
        (async () => {
          await using group = new TaskGroup();
          group.createTask(async () => {
            try {
              await sleep(3600);
            } finally {
              // biome-ignore lint/correctness/noUnsafeFinally: that is the case here
              throw new Error('cleaning up');
            }
          });
          await sleep(0);
          task.cancel();
          await sleep(3600);
        })(),
      );
      return [members(error), await outcome(sleep(3600))];
    });
    const [errors, next] = end as unknown[];
    expect(errors).toEqual(['cleaning up']);
    expect(next).toBeInstanceOf(CancelledError);
    expect(reports).toEqual([]);
  });
});

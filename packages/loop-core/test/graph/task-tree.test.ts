import {
  createTask,
  formatTaskTree,
  gather,
  printTaskTree,
  shield,
  sleep,
  type Task,
  TaskGroup,
  wait,
  waitFor,
} from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { outcome } from '../../../../test/support/outcome.js';
import { inLoop } from '../support/loops.js';

/** The names in a tree, with their branches. */
const names = (tree: string): string[] =>
  tree.split('\n').map((line) => line.replace(/<.*name='([^']*)'.*>/, '$1'));

describe('formatTaskTree()', () => {
  test('shows below each task those that it awaits', () =>
    inLoop(async () => {
      const leaf = createTask(() => sleep(1000), { name: 'leaf' });
      const other = createTask(() => sleep(1000), { name: 'other' });
      const middle = createTask(async () => await leaf, { name: 'middle' });
      const top = createTask(async () => await gather([middle, other]), { name: 'top' });
      await sleep(0);
      await sleep(0);
      expect(names(formatTaskTree()).slice(1)).toEqual(['top', '├── middle', '│   └── leaf', '└── other']);
      top.cancel();
      await outcome(top);
    }));

  test.each([
    ['wait()', (child: Task<unknown>) => wait([child])],
    ['waitFor()', (child: Task<unknown>) => waitFor(child, 1000)],
    ['shield()', (child: Task<unknown>) => shield(child)],
    ['gather() in gather()', (child: Task<unknown>) => gather([gather([child])])],
    [
      'a generator',
      (child: Task<unknown>) =>
        waitFor(function* () {
          yield* child;
        }, null),
    ],
  ])('sees through %s', (_, awaiting) =>
    inLoop(async () => {
      const child = createTask(() => sleep(1000), { name: 'child' });
      const parent = createTask(async () => void (await awaiting(child)), { name: 'parent' });
      await sleep(0);
      await sleep(0);
      expect(names(formatTaskTree()).slice(1)).toEqual(['parent', '└── child']);
      for (const task of [parent, child]) {
        task.cancel();
        await outcome(task);
      }
    }),
  );

  test('shows the tasks that a group waits for at its end', () =>
    inLoop(async () => {
      const parent = createTask(
        () =>
          TaskGroup.run(async (group) => {
            for (const name of ['one', 'two']) group.createTask(() => sleep(1000), { name });
          }),
        { name: 'parent' },
      );
      await sleep(0);
      await sleep(0);
      expect(names(formatTaskTree()).slice(1)).toEqual(['parent', '├── one', '└── two']);
      parent.cancel();
      await outcome(parent);
    }));

  test('shows tasks that wait for each other in a circle, once', () =>
    inLoop(async () => {
      const first: { task?: PromiseLike<unknown> } = {};
      const second = createTask(async () => await first.task, { name: 'second' });
      first.task = createTask(async () => await shield(second), { name: 'first' });
      await sleep(0);
      await sleep(0);
      const tree = formatTaskTree();
      expect(tree).toContain('(waits in a circle)');
      second.cancel();
      await outcome(second);
      await outcome(first.task);
    }));

  test('shows where tasks were made, in debug mode', () =>
    inLoop(async (loop) => {
      loop.setDebug(true);
      const task = createTask(() => sleep(1000), { name: 'made here' });
      await sleep(0);
      expect(formatTaskTree({ stackLines: 25 })).toContain('task-tree.test');
      task.cancel();
      await outcome(task);
    }));

  test('is what printTaskTree() writes', () =>
    inLoop(async () => {
      const written: string[] = [];
      printTaskTree({ file: { write: (text) => written.push(text) } });
      expect(written.join('')).toBe(`${formatTaskTree()}\n`);
    }));
});

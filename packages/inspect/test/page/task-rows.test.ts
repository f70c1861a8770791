import { describe, expect, test } from '@jest/globals';
import type { Task } from '../../page/reports.js';
import { rowsOf } from '../../page/task-rows.js';

const task = (id: number, awaitedBy: number[] = [], state = 'waiting'): Task => ({
  id,
  name: `t${id}`,
  state,
  coroutine: id % 2 === 0 ? 'even' : 'odd',
  stack: [],
  awaitedBy,
});
const none = { search: '', state: '', closed: new Set<number>() };
const shown = (tasks: Task[], filter: Partial<typeof none> = {}) =>
  rowsOf(tasks, { ...none, ...filter }).map((row) => `${' '.repeat(row.depth)}${row.task.id}`);

describe('the rows of the tree', () => {
  const tasks = [task(1), task(2, [1]), task(3, [2]), task(4, [1]), task(5)];

  test('have what a task awaits below it', () => {
    expect(shown(tasks)).toEqual(['1', ' 2', '  3', ' 4', '5']);
  });

  test('leave out the rows below a closed one', () => {
    expect(shown(tasks, { closed: new Set([2]) })).toEqual(['1', ' 2', ' 4', '5']);
    expect(shown(tasks, { closed: new Set([1]) })).toEqual(['1', '5']);
  });

  test('show a task with several awaiters once, and end a cycle', () => {
    expect(shown([task(1), task(2), task(3, [1, 2])])).toEqual(['1', ' 3', '2']);
    expect(shown([task(1, [2]), task(2, [1])])).toEqual(['1', ' 2']);
  });

  test('are filtered by name or coroutine, and by state', () => {
    expect(shown(tasks, { search: ' EVEN ' })).toEqual(['2', '4']);
    expect(shown(tasks, { search: 't3' })).toEqual(['3']);
    expect(shown([task(1, [], 'ready'), task(2, [1])], { state: 'ready' })).toEqual(['1']);
  });

  test('are made for ten thousand tasks, and for a chain of as many', () => {
    const many = Array.from({ length: 10_000 }, (_, id) => task(id + 1, id === 0 ? [] : [id]));
    expect(rowsOf(many, none)).toHaveLength(10_000);
  });
});

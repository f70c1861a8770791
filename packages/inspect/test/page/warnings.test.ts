import { describe, expect, test } from '@jest/globals';
import { addMoment, busyShares, type Histories } from '../../page/history.js';
import type { Loop, Profile, Snapshot } from '../../page/reports.js';
import { bytes, milliseconds, warningsOf } from '../../page/warnings.js';

const quiet: Loop = {
  id: 1,
  thread: 0,
  name: 'EventLoop',
  running: true,
  ready: 0,
  timers: 0,
  seconds: 0,
  busySeconds: 0,
  lag: 0,
  blockedFor: 0,
  taskCount: 0,
  handleCount: 0,
  unsent: 0,
  handles: [],
  executors: [],
  queues: [],
  tasks: [],
  more: 0,
};
const nothing: Profile = { id: 1, callbacks: [], steps: [], unawaited: [] };
const func = {
  id: 1,
  name: 'work',
  kind: 'task',
  where: '/p.mjs:1:2',
  count: 1,
  total: 0,
  longest: 0,
} as const;

/** The titles of the warnings after this many samples, a second apart. */
function titles(
  at: (second: number) => Partial<Loop>,
  profileAt: (second: number) => Partial<Profile> = () => ({}),
) {
  let histories: Histories = new Map();
  let loop = quiet;
  for (let second = 0; second < 12; second++) {
    loop = { ...quiet, seconds: second, ...at(second) };
    const snapshot: Snapshot = { pid: 1, loops: [loop] };
    histories = addMoment(histories, snapshot, [{ ...nothing, ...profileAt(second) }], second);
  }
  return warningsOf(loop, histories.get(1)!).map(({ title, where }) =>
    where ? `${title} [${where}]` : title,
  );
}

describe('the page warns', () => {
  test('of nothing where nothing is wrong', () => {
    expect(titles((second) => ({ busySeconds: second / 2, ready: second % 3, lag: 0.002 }))).toEqual([]);
  });

  test('of what blocks the loop for longer than 50 ms', () => {
    expect(
      titles(
        () => ({}),
        () => ({ callbacks: [{ ...func, longest: 0.08 }] }),
      ),
    ).toEqual(['A step of work() blocked the loop for 80.0 ms [/p.mjs:1:2]']);
    expect(
      titles(
        () => ({}),
        () => ({ callbacks: [{ ...func, longest: 0.049 }] }),
      ),
    ).toEqual([]);
    expect(titles(() => ({ lag: 0.3 }))).toEqual(['Timers were up to 300 ms late']);
  });

  test('of a task that never yields', () => {
    const busy = (second: number) => ({ busySeconds: second });
    expect(titles(busy, (second) => ({ callbacks: [{ ...func, total: second * 0.9 }] }))).toEqual([
      'work() never yields: it takes the whole loop [/p.mjs:1:2]',
    ]);
    expect(titles(busy)).toEqual(['The loop is busy all the time']);
  });

  test('of a promise that no code awaits, once for each place', () => {
    const one = { task: 'Task-1', coroutine: 'floats', where: '/p.mjs:3:4' };
    expect(
      titles(
        () => ({}),
        () => ({ unawaited: [one, { ...one, task: 'Task-2' }] }),
      ),
    ).toEqual([
      'floats() has ended, and a promise that it has begun still runs, which no code awaits [/p.mjs:3:4]',
    ]);
  });

  test('of a queue that only grows, and not of one that is also emptied', () => {
    const stack = '    at main (file:///p.mjs:5:6)\n    at … (3 frames inside bight)';
    const queue = { id: 9, name: 'Queue', capacity: null, stack };
    expect(titles((second) => ({ queues: [{ ...queue, size: second * 10 }] }))).toEqual([
      'A Queue only grows: 110 items [/p.mjs:5:6]',
    ]);
    expect(titles((second) => ({ queues: [{ ...queue, size: second % 2 === 0 ? 500 : second }] }))).toEqual(
      [],
    );
    const pool = { id: 8, name: 'ThreadPoolExecutor', running: 2 };
    expect(titles((second) => ({ executors: [{ ...pool, queued: second * 10 }] }))).toEqual([
      'The queue of a ThreadPoolExecutor only grows: 110 calls',
    ]);
    expect(titles((second) => ({ ready: second * 100 }))).toEqual([
      'More and more callbacks wait for their turn: 1100',
    ]);
  });

  test('of a connection that does not drain', () => {
    const handle = { id: 7, kind: 'transport', text: '<Transport>', stack: null, peer: '10.0.0.1:80' };
    expect(titles(() => ({ handles: [{ ...handle, unsent: 2048 }] }))).toEqual([
      'A connection does not drain: 2.0 KB wait for 10.0.0.1:80',
    ]);
    expect(titles((second) => ({ handles: [{ ...handle, unsent: 2048 - second }] }))).toEqual([]);
  });
});

test('a loop that is blocked counts as busy, and one that is gone is forgotten', () => {
  const at = (loops: Loop[], second: number, before: Histories = new Map()) =>
    addMoment(before, { pid: 1, loops }, [], second);
  const first = at([quiet, { ...quiet, id: 2 }], 0);
  const second = at([{ ...quiet, seconds: 1, busySeconds: 0.25 }], 1, first);
  expect([...second.keys()]).toEqual([1]);
  const third = at([{ ...quiet, seconds: 1, busySeconds: 0.25, blockedFor: 2 }], 2, second);
  expect(busyShares(third.get(1)!.moments)).toEqual([0, 0.25, 1]);
  expect(third.get(1)!.moments.at(-1)).toMatchObject({ lag: 2 });
});

test('times and sizes are short', () => {
  expect([2, 0.25, 0.0125, 0.000_002].map(milliseconds)).toEqual(['2.0 s', '250 ms', '12.5 ms', '2 µs']);
  expect([5, 2048, 3 << 20].map(bytes)).toEqual(['5 B', '2.0 KB', '3.0 MB']);
});

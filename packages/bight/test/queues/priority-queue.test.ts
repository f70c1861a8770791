import { describe, expect, test } from '@jest/globals';
import { PriorityQueue } from 'bight';

describe('PriorityQueue', () => {
  test('sorts by a function of the caller', () => {
    const queue = new PriorityQueue<{ at: number }>({ compare: (a, b) => b.at - a.at });
    for (const at of [1, 3, 2]) queue.putNowait({ at });
    expect([queue.getNowait(), queue.getNowait(), queue.getNowait()].map((item) => item.at)).toEqual([
      3, 2, 1,
    ]);
  });

  test('keeps what it has when an item cannot be compared', () => {
    const queue = new PriorityQueue<unknown>();
    queue.putNowait(1);
    expect(() => queue.putNowait({})).toThrow(TypeError);
    expect(queue.qsize()).toBe(1);
    queue.putNowait(0);
    expect([queue.getNowait(), queue.getNowait()]).toEqual([0, 1]);
  });

  test('loses nothing when a comparison throws as an item is taken', () => {
    let isBroken = false;
    const compare = (a: number, b: number): number => {
      if (isBroken) throw new RangeError('not comparable now');
      return a - b;
    };
    const queue = new PriorityQueue<number>({ compare });
    const items = [5, 3, 8, 1, 9, 2, 7];
    for (const item of items) queue.putNowait(item);
    isBroken = true;
    expect(() => queue.getNowait()).toThrow(RangeError);
    isBroken = false;
    expect(items.map(() => queue.getNowait())).toEqual([1, 2, 3, 5, 7, 8, 9]);
    expect(queue.empty()).toBe(true);
  });
});

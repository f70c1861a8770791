import { gather, sleep } from '@bight/loop-core';
import { expect, test } from '@jest/globals';
import { inLoop } from '../support/loops.js';

test('gather() can be iterated: the results in order, each as soon as it is there', () =>
  inLoop(async () => {
    const order: unknown[] = [];
    const coros = [6, 3, 0].map((turns, index) => async () => {
      for (let turn = 0; turn < turns; turn++) await sleep(0);
      order.push(`ends ${index}`);
      return index;
    });
    for await (const result of gather(coros)) order.push(result);
    expect(order).toEqual(['ends 2', 'ends 1', 'ends 0', 0, 1, 2]);
  }));

test('gather() that is iterated throws where the exception is, and reports nothing', () =>
  inLoop(async (loop) => {
    const reports: unknown[] = [];
    loop.setExceptionHandler((_, context) => reports.push(context));
    const results: unknown[] = [];
    const failing = async () => {
      throw new Error('second');
    };
    const iteration = async () => {
      for await (const result of gather([async () => 'first', failing])) results.push(result);
    };
    await expect(iteration()).rejects.toThrow('second');
    await sleep(0);
    for await (const result of gather([failing], { returnExceptions: true })) results.push(String(result));
    expect(results).toEqual(['first', 'Error: second']);
    expect(reports).toEqual([]);
  }));

import { sleep } from '@bight/loop-core';
import { expect, test } from '@jest/globals';
import { inLoop } from '../support/loops.js';

test.each(['callSoon', 'callSoonThreadsafe'] as const)(
  '%s keeps the order of calls, arguments and context',
  (name) => {
    const other = name === 'callSoon' ? 'callSoonThreadsafe' : 'callSoon';
    return inLoop(async (loop) => {
      const order: unknown[] = [];
      const handle = loop[name]((...args: unknown[]) => order.push(args), ['first', 1]);
      loop[other]((text: string) => order.push(text), ['between']);
      const cancelled = loop[name](() => order.push('never'));
      cancelled.cancel();
      loop[name](() => order.push('last'), null, { context: null });
      await sleep(0);
      expect(order).toEqual([['first', 1], 'between', 'last']);
      expect(handle.cancelled()).toBe(false);
      expect(() => loop[name](1 as never)).toThrow(TypeError);
      expect(() => loop[name](() => {}, 1 as never)).toThrow(TypeError);
    });
  },
);

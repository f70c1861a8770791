import { CoreEventLoop } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';

describe('CoreEventLoop', () => {
  test('runs callbacks in the order of scheduling, and what they schedule in the next iteration', async () => {
    const loop = new CoreEventLoop();
    const order: string[] = [];
    loop.callSoon(() => {
      order.push('a');
      loop.callSoon(() => {
        order.push('c');
        loop.stop();
      });
    });
    loop.callSoon(() => order.push('b'));
    await loop.runForever();
    loop.close();
    expect(order).toEqual(['a', 'b', 'c']);
  });
});

import { createTask, wait } from '@bight/loop-core';
import { expect, test } from '@jest/globals';
import { inLoop } from '../support/loops.js';

test('wait separates the done from the pending, and cancels nothing', async () => {
  await inLoop(async (loop) => {
    const quick = createTask(async () => 1);
    const slow = loop.createFuture();
    const [done, pending] = await wait([quick, slow], { returnWhen: 'FIRST_COMPLETED' });
    expect([...done][0]).toBe(quick);
    expect([...pending][0]).toBe(slow);
    expect(slow.done()).toBe(false);
    expect(() => wait([])).toThrow('empty');
    expect(() => wait([slow], { returnWhen: 'SOMETIME' as never })).toThrow('returnWhen');
    expect(() => wait(slow as never)).toThrow(TypeError);
  });
});

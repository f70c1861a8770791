import { waitFor } from '@bight/loop-core';
import { expect, test } from '@jest/globals';
import { inLoop } from '../support/loops.js';

test('waitFor gives the result, or cancels and throws a TimeoutError', async () => {
  await inLoop(async (loop) => {
    expect(await waitFor(async () => 1, 1)).toBe(1);
    expect(await waitFor(async () => 2, null)).toBe(2);
    const future = loop.createFuture();
    await expect(waitFor(future, 0.001)).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(future.cancelled()).toBe(true);
    await expect(waitFor(loop.createFuture(), 0)).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

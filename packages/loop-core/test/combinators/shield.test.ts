import { CancelledError } from '@bight/loop-abstract';
import { createTask, shield, sleep } from '@bight/loop-core';
import { expect, test } from '@jest/globals';
import { inLoop } from '../support/loops.js';

test('shield keeps the inner task from being cancelled', async () => {
  await inLoop(async () => {
    const inner = createTask(async () => {
      await sleep(0.001);
      return 'kept';
    });
    const outer = createTask(async () => await shield(inner));
    await sleep(0);
    outer.cancel();
    await expect(outer).rejects.toThrow(CancelledError);
    expect(await inner).toBe('kept');
  });
});

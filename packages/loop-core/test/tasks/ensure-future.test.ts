import { CoreEventLoop, ensureFuture, Task } from '@bight/loop-core';
import { expect, test } from '@jest/globals';
import { inLoop } from '../support/loops.js';

test('ensureFuture leaves futures, makes tasks of functions, wraps promises, refuses the rest', async () => {
  await inLoop(async (loop) => {
    const future = loop.createFuture<number>();
    future.setResult(1);
    expect(ensureFuture(future)).toBe(future);
    expect(ensureFuture(async () => 1)).toBeInstanceOf(Task);
    expect(await ensureFuture(Promise.resolve(2))).toBe(2);
    expect(() => ensureFuture(5 as never)).toThrow(TypeError);
    const other = new CoreEventLoop();
    expect(() => ensureFuture(future, { loop: other })).toThrow('different loop');
    other.close();
  });
});

import { CoreEventLoop, gather, sleep } from '@bight/loop-core';
import { expect, test } from '@jest/globals';
import { inLoop } from '../support/loops.js';

test('gather gives results in the order of its arguments, and an empty list at once', async () => {
  await inLoop(async () => {
    expect(await gather([async () => 1, sleep(0, { result: 2 }), Promise.resolve(3)])).toEqual([1, 2, 3]);
    expect(await gather([])).toEqual([]);
    const [result] = await gather(
      [
        async () => {
          throw new Error('x');
        },
      ],
      { returnExceptions: true },
    );
    expect(result).toEqual(new Error('x'));
  });
});

test('gather refuses futures of different loops', async () => {
  const other = new CoreEventLoop();
  await inLoop(async (loop) => {
    expect(() => gather([loop.createFuture(), other.createFuture()])).toThrow('different loop');
  });
  other.close();
});

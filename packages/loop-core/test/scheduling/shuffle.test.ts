import { CoreEventLoop, gather, sleep } from '@bight/loop-core';
import { expect, test } from '@jest/globals';

/** In which order three tasks and three callbacks run that are scheduled one after the other. */
async function order(shuffle: (() => number) | null): Promise<string> {
  const loop = new CoreEventLoop({ shuffle });
  const seen: string[] = [];
  await loop.runUntilComplete(async () => {
    for (const name of ['a', 'b', 'c']) {
      loop.callSoon(() => seen.push(name.toUpperCase()));
      loop.createTask(async () => seen.push(name));
    }
    await sleep(0);
    await sleep(0);
  });
  loop.close();
  return seen.join('');
}

test('without random numbers, what is scheduled first runs first', async () => {
  expect(await order(null)).toBe('AaBbCc');
});

test('with random numbers, tasks that are ready together change places, and callbacks do not', async () => {
  expect(await order(() => 0)).toBe('AbBcCa');
  expect(await order(() => 0.99)).toBe('AaBbCc');
});

test('a generator task that waits is shuffled, too', async () => {
  const loop = new CoreEventLoop({ shuffle: () => 0 });
  const seen: number[] = [];
  const gate = loop.createFuture<void>();
  const waiting = [1, 2, 3].map(
    (number) =>
      function* () {
        yield* gate;
        seen.push(number);
      },
  );
  loop.callLater(0.001, () => gate.setResult());
  await loop.runUntilComplete(() => gather(waiting));
  loop.close();
  expect(seen.toSorted()).toEqual([1, 2, 3]);
  expect(seen).not.toEqual([1, 2, 3]);
});

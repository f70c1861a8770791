import { createTask, getRunningLoop, type Instrument, sleep } from '@bight/loop-core';
import { expect, test } from '@jest/globals';
import { simulate, VirtualEventLoop } from '../../src/index.js';

test('instruments see the tasks of a simulated loop, at virtual times', async () => {
  const seen: unknown[] = [];
  await simulate(async () => {
    const loop = getRunningLoop() as VirtualEventLoop;
    expect(loop).toBeInstanceOf(VirtualEventLoop);
    const began = loop.time();
    const at = () => Math.round(loop.time() - began);
    const instrument: Instrument = {
      beforeTaskStep: (task) => void seen.push([task.getName?.(), 'before', at()]),
      afterTaskStep: (task) => void seen.push([task.getName?.(), 'after', at()]),
    };
    loop.addInstrument(instrument);
    await createTask(() => sleep(3600), { name: 'sleeper' });
    loop.removeInstrument(instrument);
  });
  expect(seen.filter((entry) => (entry as unknown[])[0] === 'sleeper')).toEqual([
    ['sleeper', 'before', 0],
    ['sleeper', 'after', 0],
    ['sleeper', 'before', 3600],
    ['sleeper', 'after', 3600],
  ]);
});

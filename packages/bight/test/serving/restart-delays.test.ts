import { expect, test } from '@jest/globals';
import { RestartDelays } from '../../src/serving/restart-delays.js';

test('each further death of a worker doubles the delay of its successor, up to half a minute', () => {
  const delays = new RestartDelays();
  const found = Array.from({ length: 12 }, () => delays.after(0, 0.5));
  expect(found).toEqual([0, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30]);
});

test('a worker that has lived for long is followed at once, and each place counts for itself', () => {
  const delays = new RestartDelays();
  for (let death = 0; death < 5; death++) delays.after(0, 1);
  expect(delays.after(1, 1)).toBe(0);
  expect([delays.after(0, 10), delays.after(0, 1), delays.after(0, 1)]).toEqual([0, 0.1, 0.2]);
});

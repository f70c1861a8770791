import { describe, expect, test } from '@jest/globals';
import { Event, waitFor } from 'bight';
import { inLoop } from '../support/in-loop.js';

describe('Event', () => {
  test('that is set costs no turn of the loop', () =>
    inLoop(async (loop) => {
      const event = new Event();
      event.set();
      let hasTurned = false;
      loop.callSoon(() => {
        hasTurned = true;
      });
      expect(await event.wait()).toBe(true);
      expect(hasTurned).toBe(false);
    }));

  test('keeps no cancelled waiter', () =>
    inLoop(async () => {
      const event = new Event();
      for (let i = 0; i < 10; i++) await waitFor(event.wait(), 0).catch(() => undefined);
      expect(`${event}`).toBe('<Event unset, waiters: 0>');
    }));
});

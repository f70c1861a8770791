import { ValueError } from '@bight/loop-abstract';
import { createTask, sleep, staggeredRace } from '@bight/loop-core';
import { expect, test } from '@jest/globals';
import { outcome } from '../../../../test/support/outcome.js';
import { inLoop } from '../support/loops.js';

const failing = (message: string) => async () => {
  await sleep(0);
  throw new Error(message);
};

test('the first that succeeds wins, and the rest never start', () =>
  inLoop(async () => {
    let isStarted = false;
    const result = await staggeredRace(
      [
        async () => 'first',
        async () => {
          isStarted = true;
          return 'second';
        },
      ],
      100,
    );
    expect(result).toEqual(['first', 0, [null]]);
    expect(isStarted).toBe(false);
  }));

test('one that fails lets the next start at once', () =>
  inLoop(async () => {
    const [result, winner, errors] = await staggeredRace([failing('a'), failing('b'), async () => 'c'], 100);
    expect([result, winner]).toEqual(['c', 2]);
    expect(errors.map((error) => error?.message ?? null)).toEqual(['a', 'b', null]);
  }));

test('one that takes long is joined by the next, and cancelled when that wins', () =>
  inLoop(async () => {
    const ends: string[] = [];
    const slow = async () => {
      try {
        await sleep(1000);
      } finally {
        await sleep(0);
        ends.push('slow one cleaned up');
      }
      return 'slow';
    };
    const result = await staggeredRace([slow, async () => 'quick'], 0.001);
    expect(result).toEqual(['quick', 1, [null, null]]);
    expect(ends).toEqual(['slow one cleaned up']);
  }));

test('without a delay the next waits for a failure', () =>
  inLoop(async () => {
    const [result] = await staggeredRace(
      [() => sleep(0.005, { result: 'patient' }), async () => 'hasty'],
      null,
    );
    expect(result).toBe('patient');
  }));

test('a late failure of an earlier one starts no runner twice', () =>
  inLoop(async () => {
    const started: number[] = [];
    const coro = (index: number, seconds: number) => async () => {
      started.push(index);
      await sleep(seconds);
      throw new Error(`${index}`);
    };
    const [result, winner, errors] = await staggeredRace([coro(0, 0.004), coro(1, 0.006), coro(2, 0)], 0.001);
    expect([result, winner, started]).toEqual([null, null, [0, 1, 2]]);
    expect(errors.map((error) => error?.message)).toEqual(['0', '1', '2']);
  }));

test('a race without runners has no winner', () =>
  inLoop(async () => {
    expect(await staggeredRace([], 1)).toEqual([null, null, []]);
  }));

test('cancelling the race cancels the runners and waits for them', () =>
  inLoop(async () => {
    let [started, ended] = [0, 0];
    const runner = async () => {
      started++;
      try {
        await sleep(1000);
      } finally {
        ended++;
      }
    };
    const race = createTask(() => staggeredRace([runner, runner], 0));
    while (started < 2) await sleep(0);
    race.cancel();
    expect(((await outcome(race)) as Error).name).toBe('CancelledError');
    expect(ended).toBe(2);
  }));

test('what is no coroutine function is refused before anything starts', () =>
  inLoop(async () => {
    expect(() => staggeredRace([5 as never], 1)).toThrow(TypeError);
    expect(() => staggeredRace([], Number.NaN)).toThrow(ValueError);
  }));

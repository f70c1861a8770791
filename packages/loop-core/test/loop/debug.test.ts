import { CoreEventLoop } from '@bight/loop-core';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { collectReports, runOnce } from '../support/loops.js';

function debugLoop(): CoreEventLoop {
  const loop = new CoreEventLoop();
  loop.setDebug(true);
  return loop;
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('debug mode', () => {
  test('reports callbacks that take long, by name', async () => {
    const loop = debugLoop();
    const warnings: unknown[] = [];
    jest.spyOn(console, 'warn').mockImplementation((message) => void warnings.push(message));
    loop.slowCallbackDuration = 0;
    loop.callSoon(function slow() {});
    await runOnce(loop);
    loop.slowCallbackDuration = 3600;
    loop.callSoon(function quick() {});
    await runOnce(loop);
    loop.close();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^Executing <Handle slow\(\)> took \d+\.\d{3} seconds$/);
  });

  test('shows where a failing callback was scheduled', async () => {
    const loop = debugLoop();
    const reports = collectReports(loop);
    loop.callSoon(() => {
      throw new Error('x');
    });
    await runOnce(loop);
    loop.close();
    expect(reports[0]?.sourceTraceback).toContain('debug.test');
  });

  test('refuses coroutine functions as callbacks', () => {
    const loop = debugLoop();
    expect(() => loop.callSoon(async () => {})).toThrow('coroutine functions cannot be used with callSoon()');
    expect(() => loop.callLater(1, function* () {})).toThrow(TypeError);
    loop.close();
  });

  test('refuses to schedule from another running loop, except threadsafe', async () => {
    const loop = debugLoop();
    const other = new CoreEventLoop();
    await other.runUntilComplete(async () => {
      expect(() => loop.callSoon(() => {})).toThrow('callSoonThreadsafe');
      loop.callSoonThreadsafe(() => {});
    });
    loop.close();
    other.close();
  });
});

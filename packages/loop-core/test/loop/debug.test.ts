import { CoreEventLoop } from '@bight/loop-core';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { collectReports, runOnce } from '../support/loops.js';

afterEach(() => {
  jest.restoreAllMocks();
});

function debugLoop(): CoreEventLoop {
  const loop = new CoreEventLoop();
  loop.setDebug(true);
  return loop;
}

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

describe('the exception handler', () => {
  test('gets the loop and a plain object', async () => {
    const loop = new CoreEventLoop();
    const seen: unknown[] = [];
    const handler = (owner: unknown, context: object) => seen.push(owner, Object.keys(context));
    loop.setExceptionHandler(handler as never);
    expect(loop.getExceptionHandler()).toBe(handler);
    loop.callSoon(() => {
      throw new Error('x');
    });
    await runOnce(loop);
    loop.close();
    expect(seen).toEqual([loop, ['message', 'exception', 'handle']]);
  });

  test('that throws is itself reported, and the loop goes on', async () => {
    const loop = new CoreEventLoop();
    const printed: unknown[] = [];
    jest.spyOn(console, 'error').mockImplementation((message) => void printed.push(message));
    loop.setExceptionHandler(() => {
      throw new Error('in the handler');
    });
    let ran = false;
    loop.callSoon(() => {
      throw new Error('x');
    });
    loop.callSoon(() => {
      ran = true;
    });
    await runOnce(loop);
    loop.close();
    expect(ran).toBe(true);
    expect(printed.join()).toContain('Unhandled error in exception handler');
    expect(printed.join()).toContain('in the handler');
  });

  test('must be a function or null', () => {
    const loop = new CoreEventLoop();
    expect(() => loop.setExceptionHandler('x' as never)).toThrow(TypeError);
    loop.setExceptionHandler(null);
    expect(loop.getExceptionHandler()).toBeNull();
    loop.close();
  });

  test('can hand on to the default handler, and default handlers can be overridden', async () => {
    const printed: unknown[] = [];
    class Quiet extends CoreEventLoop {
      override defaultExceptionHandler(context: { message: string }): void {
        printed.push(context.message);
      }
    }
    const loop = new Quiet();
    loop.setExceptionHandler((owner, context) => owner.defaultExceptionHandler(context));
    loop.callExceptionHandler({ message: 'handed on' });
    loop.setExceptionHandler(null);
    loop.callExceptionHandler({ message: 'by default' });
    loop.close();
    expect(printed).toEqual(['handed on', 'by default']);
  });
});

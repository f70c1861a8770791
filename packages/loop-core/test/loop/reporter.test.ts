import { CoreEventLoop } from '@bight/loop-core';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { runOnce } from '../support/loops.js';

afterEach(() => {
  jest.restoreAllMocks();
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
    let hasRun = false;
    loop.callSoon(() => {
      throw new Error('x');
    });
    loop.callSoon(() => {
      hasRun = true;
    });
    await runOnce(loop);
    loop.close();
    expect(hasRun).toBe(true);
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

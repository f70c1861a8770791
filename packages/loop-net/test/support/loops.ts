import '@bight/loop-net/native';
import type { Constructor, CoroutineFunction, ExceptionContext, NetLoop } from '@bight/loop-abstract';
import { CoreEventLoop } from '@bight/loop-core';
import { isAvailable } from '@bight/sockets';
import { closeAll } from '../../../../test/support/close-all.js';
import { type Main, runInLoop } from '../../../../test/support/run-in-loop.js';
import { ProactorEventLoop, SelectorEventLoop, withSelectorNet } from '../../src/index.js';

export type TestLoop = CoreEventLoop & NetLoop;
export type NetLoopClass = new () => TestLoop;

const SelectorBeside: typeof CoreEventLoop & Constructor<NetLoop> = withSelectorNet(CoreEventLoop);

/**
 * The loop classes that the whole suite runs on: one for each driver, and the selector's on a loop with another host.
 */
export const drivers: readonly { name: string; Loop: NetLoopClass }[] = [
  { name: 'proactor', Loop: ProactorEventLoop },
  { name: 'selector', Loop: SelectorEventLoop },
  { name: "selector beside Node's host", Loop: SelectorBeside },
];

// Without the addon no selector test would run, and none would fail.
if (!isAvailable()) throw new Error('@bight/sockets is not available here: npx pnpm@12 install builds it');

/** Runs a coroutine on a new loop, which is closed afterwards. What the exception handler is given fails the test. */
export function runOn<T>(
  Loop: NetLoopClass,
  main: (loop: TestLoop) => ReturnType<CoroutineFunction<T>>,
): Promise<T> {
  return runInLoop(Loop, main as Main<TestLoop, T>, { after: closeAll });
}

/** Runs a coroutine on a new loop and returns, too, what the exception handler was given. */
export async function runReporting<T>(
  Loop: NetLoopClass,
  main: (loop: TestLoop) => ReturnType<CoroutineFunction<T>>,
): Promise<{ result: T; reports: ExceptionContext[] }> {
  const reports: ExceptionContext[] = [];
  const result = await runInLoop(Loop, main as Main<TestLoop, T>, { reports, after: closeAll });
  return { result, reports };
}

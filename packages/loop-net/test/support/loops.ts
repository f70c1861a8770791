import type { Constructor, CoroutineFunction, ExceptionContext, NetLoop } from '@bight/loop-abstract';
import { CoreEventLoop } from '@bight/loop-core';
import { isAvailable } from '@bight/sockets';
import { closeAll } from '../../../../test/support/close-all.js';
import { ProactorEventLoop, SelectorEventLoop, withSelectorNet } from '../../src/index.js';

export type TestLoop = CoreEventLoop & NetLoop;
export type NetLoopClass = new () => TestLoop;

const SelectorBeside: typeof CoreEventLoop & Constructor<NetLoop> = withSelectorNet(CoreEventLoop);

/** The loop classes that the whole suite runs on: one for each driver, and the selector's on a loop with another host. */
export const drivers: readonly { name: string; Loop: NetLoopClass }[] = [
  { name: 'proactor', Loop: ProactorEventLoop },
  { name: 'selector', Loop: SelectorEventLoop },
  { name: "selector beside Node's host", Loop: SelectorBeside },
];

// Where the addon is not available nothing of this could be tested, and nobody would notice.
if (!isAvailable()) throw new Error('@bight/sockets is not available here: npx pnpm@12 install builds it');

/** Runs a coroutine on a new loop, which is closed afterwards. What the exception handler is told fails the test. */
export async function runOn<T>(
  Loop: NetLoopClass,
  main: (loop: TestLoop) => ReturnType<CoroutineFunction<T>>,
): Promise<T> {
  const { result, reports } = await runReporting(Loop, main);
  if (reports.length > 0)
    throw new Error(`unexpected report: ${reports[0]?.message}`, { cause: reports[0]?.exception });
  return result;
}

/** Runs a coroutine on a new loop and says, too, what the exception handler was told. */
export async function runReporting<T>(
  Loop: NetLoopClass,
  main: (loop: TestLoop) => ReturnType<CoroutineFunction<T>>,
): Promise<{ result: T; reports: ExceptionContext[] }> {
  const loop = new Loop();
  const reports: ExceptionContext[] = [];
  loop.setExceptionHandler((_, context) => reports.push(context));
  try {
    const result = (await loop.runUntilComplete(() => main(loop) as PromiseLike<T>)) as T;
    const reportsOfTest = [...reports];
    await loop.runUntilComplete(() => closeAll(loop));
    return { result, reports: reportsOfTest };
  } finally {
    loop.close();
  }
}

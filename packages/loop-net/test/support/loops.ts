import type { CoroutineFunction, ExceptionContext } from '@bight/loop-abstract';
import { ProactorEventLoop } from '../../src/index.js';

/** The loop classes that the whole suite runs on, one for each driver. */
export const drivers = [{ name: 'proactor', Loop: ProactorEventLoop }] as const;

export type NetLoopClass = (typeof drivers)[number]['Loop'];
export type TestLoop = InstanceType<NetLoopClass>;

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
    return { result, reports };
  } finally {
    loop.close();
  }
}

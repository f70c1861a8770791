import { EventLoop, ProactorEventLoop, SelectorEventLoop, sleep } from 'bight';

/** A loop of either kind. */
export type AnyLoop = ProactorEventLoop | SelectorEventLoop;

/** The classes of loops, for tests of what stands on the network. */
export const loopClasses: readonly { name: string; Loop: new () => AnyLoop }[] = [
  { name: 'proactor', Loop: ProactorEventLoop },
  { name: 'selector', Loop: SelectorEventLoop },
];

/** Runs a coroutine function in a fresh loop, and closes the loop. Whatever the loop reports fails the test. */
export async function inLoop<T>(
  main: (loop: AnyLoop) => PromiseLike<T>,
  Loop: new () => AnyLoop = EventLoop,
): Promise<T> {
  const loop = new Loop();
  const reports: unknown[] = [];
  loop.setExceptionHandler((_loop, context) => reports.push(context.exception ?? context.message));
  try {
    const result = await loop.runUntilComplete<T>(() => main(loop));
    await loop.runUntilComplete(() => settle(loop));
    if (reports.length > 0) throw new AggregateError(reports, 'the loop reported errors');
    return result;
  } finally {
    loop.close();
  }
}

/** Waits until nothing is open any more; says what is when that takes too long. */
async function settle(loop: AnyLoop): Promise<void> {
  for (let turn = 0; turn < 500 && loop.liveHandles().length > 0; turn++) await sleep(0.001);
  loop.assertNoLeaks();
}

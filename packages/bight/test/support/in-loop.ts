import { EventLoop, ProactorEventLoop, SelectorEventLoop, sleep } from 'bight';
import { runInLoop } from '../../../../test/support/run-in-loop.js';

/** A loop of either kind. */
export type AnyLoop = ProactorEventLoop | SelectorEventLoop;

/** The classes of loops, for tests of what stands on the network. */
export const loopClasses: readonly { name: string; Loop: new () => AnyLoop }[] = [
  { name: 'proactor', Loop: ProactorEventLoop },
  { name: 'selector', Loop: SelectorEventLoop },
];

/**
 * Runs a coroutine function in a new loop, and closes the loop. What the loop reports fails the test, and what stays
 * open.
 */
export function inLoop<T>(
  main: (loop: AnyLoop) => PromiseLike<T>,
  Loop: new () => AnyLoop = EventLoop,
): Promise<T> {
  return runInLoop(Loop, main, { after: settle });
}

/** Waits until nothing is open; fails with what is still open after half a second. */
async function settle(loop: AnyLoop): Promise<void> {
  for (let turn = 0; turn < 500 && loop.liveHandles().length > 0; turn++) await sleep(0.001);
  loop.assertNoLeaks();
}

import { type AbstractFuture, NotImplementedError } from '@bight/loop-abstract';
import { checkSeconds } from '@bight/loop-abstract/validate';
import { CoreEventLoop, coroutine, getRunningLoop } from '@bight/loop-core';
import { unwatched } from './real-work.js';

// Taken at import: under fake timers, which replace the global functions, a loop runs in real time.
const { clearImmediate, setImmediate } = globalThis;
const readClock = performance.now.bind(performance);

// More than a clock waits for before it moves: what is due already is to happen first.
const QUIET_TURNS = 4;

let waiting = 0;

/** Whether a clock that moves by itself has to stand still for a pending `waitAllTasksBlocked()`. */
export function isQuietAwaited(): boolean {
  return waiting > 0;
}

/**
 * Waits until every other task of the running loop waits for something, too: until nothing is queued, and nothing has
 * run for some turns of the platform. A virtual clock stands still meanwhile.
 *
 * The tool for tests that have to act when a task is known to be waiting, and not before.
 *
 * @param cushion - for this many **seconds**, of real time, nothing may have run; for what real input and output bring
 * @returns a future that is done when it is so
 * @throws {RuntimeError} outside of a loop
 * @throws {NotImplementedError} on a loop that is not made on `CoreEventLoop`
 * @python trio.testing.wait_all_tasks_blocked()
 */
export function waitAllTasksBlocked(cushion = 0): AbstractFuture<void> {
  checkSeconds(cushion, 'cushion');
  const loop: object = getRunningLoop();
  if (!(loop instanceof CoreEventLoop)) {
    throw new NotImplementedError('waitAllTasksBlocked() needs a loop that is made on CoreEventLoop');
  }
  return coroutine(loop, function* () {
    const blocked = loop.createFuture<void>();
    const stop = onceQuiet(loop, cushion, () => {
      loop.callSoonThreadsafe(() => {
        if (!blocked.done()) blocked.setResult(undefined);
      });
    });
    waiting++;
    try {
      yield* blocked;
    } finally {
      waiting--;
      stop();
    }
  });
}

/** Calls back, outside of the loop, when it has not run for a while. @returns a function that cancels this */
function onceQuiet(loop: CoreEventLoop, cushion: number, callback: () => void): () => void {
  let iterations = -1;
  let turns = 0;
  let since = 0;
  const look = () => {
    const { ready, iterations: now } = loop.statistics();
    if (ready > 0 || now !== iterations) {
      iterations = now;
      turns = 0;
      since = readClock();
    } else {
      turns++;
    }
    if (turns >= QUIET_TURNS && readClock() - since >= cushion * 1000) callback();
    else next = unwatched(() => setImmediate(look));
  };
  let next = unwatched(() => setImmediate(look));
  return () => clearImmediate(next);
}

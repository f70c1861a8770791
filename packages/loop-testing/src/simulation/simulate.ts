import process from 'node:process';
import { ValueError } from '@bight/loop-abstract';
import { checkCallback, checkInteger, checkOptions, checkSeconds } from '@bight/loop-abstract/validate';
import { formatTaskTree } from '@bight/loop-core';
import { VirtualClock } from '../clock/virtual-clock.js';
import { kOnMove, kWatchProgress } from '../internals.js';
import type { LinkOptions } from '../network/link.js';
import { anySeed } from '../random/random.js';
import { formatEvent } from '../tap/world-event.js';
import { watchForDeadlock } from './deadlock.js';
import { Failures } from './failures.js';
import { replayCommand } from './replay-command.js';
import { runChecked } from './run-checked.js';
import { SimulationError } from './simulation-error.js';
import { watchUncaught } from './uncaught.js';
import { VirtualEventLoop } from './virtual-event-loop.js';
import { virtualize } from './virtualize.js';

// How many of the last events are in the text of a failure.
const EVENTS_SHOWN = 20;

/** The names of what a simulation can be given. */
export const SIMULATE_OPTIONS = [
  'seed',
  'runs',
  'chaos',
  'link',
  'debug',
  'grace',
  'globals',
  'timeout',
  'stallLimit',
] as const;

/** How {@link simulate} runs. */
export interface SimulateOptions {
  /**
   * Where everything random comes from: an integer, of the first run; each further run has the next one. By default
   * another one each time. The environment variable `BIGHT_SEED` comes before it, for a single run: to replay a
   * failure.
   */
  seed?: number;
  /** How many times the body runs, each time in a new world; by default once. */
  runs?: number;
  /** Whether tasks, and events of the network, that are ready at the same time come in any order; by default not. */
  chaos?: boolean;
  /** What the ways between hosts are like; by default perfect. */
  link?: LinkOptions;
  /** Whether the loop is in debug mode, so that leaks are named with the place where they were made. */
  debug?: boolean;
  /**
   * For how many **seconds** of virtual time, after the body has returned, what it left behind may go on to its end; by
   * default 60.
   */
  grace?: number;
  /**
   * Whether the platform's clocks, timers and random numbers (`Date`, `performance.now()`, `setTimeout()`,
   * `Math.random()`, `crypto.randomUUID()`, …) are the world's for the code that runs in it; by default they are.
   */
  globals?: boolean;
  /** After how many **seconds** of virtual time a run has failed; by default never. */
  timeout?: number;
  /**
   * About how many callbacks and steps of tasks may run without the clock having moved; by default 1,000,000. More are
   * a live-lock.
   */
  stallLimit?: number;
}

/** The options of one run, filled in. */
interface RunOptions {
  readonly grace: number;
  readonly globals: boolean;
  readonly timeout: number;
  readonly stallLimit: number;
}

/** What a run leaves for the error's text. */
interface Outcome {
  time: number;
  readonly failures: Failures;
}

/**
 * Runs a test in a simulated world: virtual time, a network without sockets, and an order of events that the seed
 * decides.
 *
 * The run fails if the body does; if an error reached the exception handler only, or an exception was never retrieved;
 * if a promise was rejected and no code handled it; if something is left open; when nothing can happen any more while
 * the body still waits; and when the loop spins while its clock stands still. The error names the seed, which replays
 * it.
 *
 * @param body - an async function of the loop, whose `network`, `clock` and `random` make up the world
 * @returns what the (last) run of the body returned
 * @throws {SimulationError} with the seed, and the failure as its `cause`
 * @throws {TypeError | ValueError} for options that are not what they should be
 */
export async function simulate<T>(
  body: (loop: VirtualEventLoop) => PromiseLike<T>,
  options?: SimulateOptions,
): Promise<T> {
  return simulateNamed(body, undefined, options);
}

/** {@link simulate} for a test that has a name. */
export async function simulateNamed<T>(
  body: (loop: VirtualEventLoop) => PromiseLike<T>,
  test: string | undefined,
  settings: SimulateOptions | undefined,
): Promise<T> {
  checkCallback(body, 'body');
  const { chaos = false, link, debug = false, ...given } = checkOptions(settings, SIMULATE_OPTIONS);
  const replayed = seedToReplay();
  const runs = replayed === null ? checkInteger(given.runs ?? 1, 'runs', { min: 1 }) : 1;
  const firstSeed = replayed ?? checkInteger(given.seed ?? anySeed(), 'seed');
  const runOptions: RunOptions = {
    grace: checkSeconds(given.grace ?? 60, 'grace'),
    globals: given.globals ?? true,
    timeout: checkLimit(given.timeout ?? Number.POSITIVE_INFINITY),
    stallLimit: checkInteger(given.stallLimit ?? 1_000_000, 'stallLimit', { min: 1 }),
  };
  for (let run = 1; ; run++) {
    const clock = new VirtualClock({ mode: 'hold' });
    const loop = new VirtualEventLoop({ seed: firstSeed + run - 1, chaos, link, clock });
    loop.setDebug(debug);
    const outcome: Outcome = { time: 0, failures: new Failures(loop) };
    try {
      const result = await runOnce(loop, body, runOptions, outcome);
      if (run === runs) return result;
    } catch (error) {
      const { seed } = loop;
      const failures = outcome.failures.all;
      throw new SimulationError(error, {
        seed,
        run,
        runs,
        time: outcome.time,
        host: failures[0]?.host ?? null,
        failures,
        events: loop.network.tap
          .events()
          .slice(-EVENTS_SHOWN)
          .map((event) => formatEvent(event, loop.network.tap.decoder ?? undefined)),
        heldFor: clock.heldFor,
        command: replayCommand(seed, test),
      });
    }
  }
}

async function runOnce<T>(
  loop: VirtualEventLoop,
  body: (loop: VirtualEventLoop) => PromiseLike<T>,
  { grace, globals, timeout, stallLimit }: RunOptions,
  outcome: Outcome,
): Promise<T> {
  const { clock } = loop;
  const { failures } = outcome;
  let verdict: Error | null = null;
  const end = (error: Error) => {
    verdict ??= error;
    outcome.time = clock.time();
    if (loop.isRunning()) loop.stop();
  };
  clock[kWatchProgress](stallLimit, () => {
    const time = clock.time();
    end(
      new Error(
        `live-lock: ${stallLimit} callbacks have run at ${time} s, and the clock stands still:\n${formatTaskTree({ loop })}`,
      ),
    );
  });
  clock[kOnMove]((time) => {
    failures.stamp();
    if (time < timeout || verdict !== null) return;
    end(new Error(`after ${timeout} s of virtual time the run is not over:\n${formatTaskTree({ loop })}`));
  });
  const uninstall = globals ? virtualize(loop) : () => {};
  const unwatch = watchUncaught(loop, failures);
  let stopWatching = () => {};
  const watched = () => {
    stopWatching = watchForDeadlock(loop, end);
    return body(loop);
  };
  const settle = async () => {
    stopWatching();
    outcome.time = clock.time();
    await letEnd(loop, grace);
  };
  try {
    return await runChecked(loop, watched, settle, failures);
  } catch (error) {
    throw verdict ?? error;
  } finally {
    if (verdict === null && outcome.time === 0) outcome.time = clock.time();
    stopWatching();
    unwatch();
    uninstall();
  }
}

/** Lets time pass in the loop, so that connections can be closed at their other end, too. */
async function letEnd(loop: VirtualEventLoop, grace: number): Promise<void> {
  const run = loop.runForever();
  await loop.clock.advance(grace);
  loop.stop();
  await run;
}

function checkLimit(seconds: unknown): number {
  const timeout = checkSeconds(seconds, 'timeout');
  if (timeout <= 0) throw new ValueError(`timeout must be positive, got ${timeout}`);
  return timeout;
}

function seedToReplay(): number | null {
  const text = process.env.BIGHT_SEED;
  return text ? checkInteger(Number(text), 'BIGHT_SEED') : null;
}

import process from 'node:process';
import { checkCallback, checkInteger, checkOptions, checkSeconds } from '@bight/loop-abstract/validate';
import { VirtualClock } from '../clock/virtual-clock.js';
import type { LinkOptions } from '../network/link.js';
import { watchForDeadlock } from './deadlock.js';
import { anySeed } from './random.js';
import { runChecked } from './run-checked.js';
import { SimulationError } from './simulation-error.js';
import { VirtualEventLoop } from './virtual-event-loop.js';

/** The names of what a simulation can be given. */
export const SIMULATE_OPTIONS = ['seed', 'runs', 'chaos', 'link', 'debug', 'grace'] as const;

/** How {@link simulate} runs. */
export interface SimulateOptions {
  /**
   * Where everything random comes from: an integer, of the first run; each further run has the next one. By default another
   * one each time. The environment variable `BIGHT_SEED` comes before it, for a single run: to replay a failure.
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
  /** For how many **seconds** of virtual time, after the body has returned, what it left behind may go on to its end; by default 60. */
  grace?: number;
}

/**
 * Runs a test in a simulated world: virtual time, a network without sockets, and an order of events that the seed
 * decides.
 *
 * The run fails if the body does; if an error reached the exception handler only; if something is left open; and when
 * nothing can happen any more while the body still waits. The error says with which seed, and replays with it.
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
  checkCallback(body, 'body');
  const { chaos = false, link, debug = false, ...given } = checkOptions(options, SIMULATE_OPTIONS);
  const replayed = seedToReplay();
  const runs = replayed === null ? checkInteger(given.runs ?? 1, 'runs', { min: 1 }) : 1;
  const firstSeed = replayed ?? checkInteger(given.seed ?? anySeed(), 'seed');
  const grace = checkSeconds(given.grace ?? 60, 'grace');
  for (let run = 1; ; run++) {
    const loop = new VirtualEventLoop({ seed: firstSeed + run - 1, chaos, link, clock: new VirtualClock() });
    loop.setDebug(debug);
    try {
      const result = await runOnce(loop, body, grace);
      if (run === runs) return result;
    } catch (error) {
      throw new SimulationError(error, loop.seed, { run, runs });
    }
  }
}

async function runOnce<T>(
  loop: VirtualEventLoop,
  body: (loop: VirtualEventLoop) => PromiseLike<T>,
  grace: number,
): Promise<T> {
  let deadlock: Error | null = null;
  let stopWatching = () => {};
  const watched = () => {
    stopWatching = watchForDeadlock(loop, (error) => {
      deadlock = error;
      loop.stop();
    });
    return body(loop);
  };
  const settle = () => {
    stopWatching();
    return letEnd(loop, grace);
  };
  try {
    return await runChecked(loop, watched, settle);
  } catch (error) {
    throw deadlock ?? error;
  } finally {
    stopWatching();
  }
}

/** Lets time pass in the loop, so that connections can be closed at their other end, too. */
async function letEnd(loop: VirtualEventLoop, grace: number): Promise<void> {
  const run = loop.runForever();
  await loop.clock.advance(grace);
  loop.stop();
  await run;
}

function seedToReplay(): number | null {
  const text = process.env.BIGHT_SEED;
  return text ? checkInteger(Number(text), 'BIGHT_SEED') : null;
}

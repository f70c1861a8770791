import { ValueError } from '@bight/loop-abstract';
import { checkOptions, checkSeconds } from '@bight/loop-abstract/validate';
import { NodeHost } from '@bight/loop-core';
import { OpenIo } from './open-io.js';

const MODES = ['automatic', 'manual', 'hold'] as const;

/**
 * When a {@link VirtualClock} moves: `'automatic'`: to the next timer, as soon as nothing else can happen; `'manual'`: by
 * {@link VirtualClock.advance} alone; `'hold'`: automatically, except that it runs as a real clock does while the
 * process has real input or output open.
 */
export type ClockMode = (typeof MODES)[number];

/** How a virtual clock is made. */
export interface VirtualClockOptions {
  /** When it moves; by default `'automatic'`. */
  mode?: ClockMode;
  /** What it shows at first, in **seconds**; by default 0. */
  start?: number;
}

// In a whole turn of the platform everything has its chance: what is queued during one turn comes in the next.
const QUIET_TURNS = 2;

// While real I/O is open, the clock looks so often whether it still is.
const LONGEST_LOOK_MS = 5;

/**
 * A host for one loop, on which time passes only when the loop has nothing else to do: an hour of `sleep()` takes no longer
 * than a callback. Hand it to any loop that takes a host, `new CoreEventLoop({ host: new VirtualClock() })`, or make a
 * `VirtualEventLoop`.
 *
 * Everything but the time is Node's: microtasks, ticks and turns come in the order in which they always do.
 *
 * Asyncio has nothing like it; trio's is `trio.testing.MockClock`.
 */
export class VirtualClock extends NodeHost {
  /** When the clock moves. */
  readonly mode: ClockMode;

  readonly #openIo: OpenIo | null;
  #now: number;
  // While time flows: from which real time on, in milliseconds.
  #flowsSince: number | null = null;
  #promised = 0;
  #alarm: { readonly when: number; readonly callback: () => void } | null = null;
  #stopLooking: (() => void) | null = null;
  #advances: Promise<void> = Promise.resolve();

  /**
   * @throws ValueError if there is no such mode, or if `start` is not a number.
   */
  constructor(options: VirtualClockOptions = {}) {
    super();
    const { mode = 'automatic', start = 0 } = checkOptions(options);
    if (!MODES.includes(mode)) {
      throw new ValueError(`mode must be one of ${MODES.join(', ')}, got ${String(mode)}`);
    }
    this.mode = mode;
    this.#now = checkSeconds(start, 'start');
    this.#openIo = mode === 'hold' ? new OpenIo() : null;
  }

  /** What the clock shows, in **seconds**. */
  override time(): number {
    return this.#flowsSince === null ? this.#now : this.#now + (performance.now() - this.#flowsSince) / 1000;
  }

  /**
   * Moves the clock, stopping at each timer on the way until everything that it caused has happened. Callable from inside
   * of the loop and from outside.
   *
   * @param seconds by how much, in **seconds** of virtual time.
   * @returns a promise that is kept when everything has happened that is due by then.
   * @throws ValueError if `seconds` is negative, infinite or not a number.
   */
  advance(seconds: number): Promise<void> {
    if (!(checkSeconds(seconds, 'seconds') >= 0 && seconds < Number.POSITIVE_INFINITY)) {
      throw new ValueError(`seconds must be finite and not negative, got ${seconds}`);
    }
    // One after the other: each begins where the one before has ended.
    this.#advances = this.#advances.then(() => this.#advanceTo(this.time() + seconds));
    return this.#advances;
  }

  /** Calls back as Node does; until then the clock stands still. */
  override callSoon(callback: () => void): void {
    super.callSoon(this.#promise(callback));
  }

  /** Calls back as Node does; until then the clock stands still. */
  override callAfterMicrotasks(callback: () => void): void {
    super.callAfterMicrotasks(this.#promise(callback));
  }

  /** Calls back as Node does; until then the clock stands still. */
  override callNext(callback: () => void): void {
    super.callNext(this.#promise(callback));
  }

  /** Calls back when the clock has been moved to `when`, in **seconds**. */
  override setAlarm(when: number, callback: () => void): void {
    this.clearAlarm();
    this.#alarm = { when, callback };
    if (this.mode !== 'manual' || when <= this.#now) this.#lookAfterTurns(QUIET_TURNS);
  }

  /** Forgets the alarm. */
  override clearAlarm(): void {
    this.#alarm = null;
    this.#stopLooking?.();
    this.#stopLooking = null;
  }

  #promise(callback: () => void): () => void {
    this.#promised++;
    return () => {
      this.#promised--;
      callback();
    };
  }

  /** Rings the alarm after so many turns in a row in which the loop did not expect to be called back. */
  #lookAfterTurns(turns: number): void {
    const next = setImmediate(() => {
      if (this.#promised > 0) this.#lookAfterTurns(QUIET_TURNS);
      else if (turns > 1) this.#lookAfterTurns(turns - 1);
      else this.#moveToAlarm();
    });
    this.#stopLooking = () => clearImmediate(next);
  }

  #moveToAlarm(): void {
    const { when } = this.#alarm as { when: number };
    if (this.#openIo?.any) {
      this.#flowsSince ??= performance.now();
      const left = when - this.time();
      if (left > 0) {
        const next = setTimeout(() => this.#lookAfterTurns(1), Math.min(left * 1000, LONGEST_LOOK_MS));
        this.#stopLooking = () => clearTimeout(next);
        return;
      }
    }
    this.#ring();
  }

  #ring(): void {
    const { when, callback } = this.#alarm as { when: number; callback: () => void };
    this.#now = Math.max(this.time(), when);
    this.#flowsSince = null;
    this.clearAlarm();
    callback();
  }

  async #advanceTo(target: number): Promise<void> {
    await this.#quiet();
    while (this.#alarm !== null && this.#alarm.when <= target) {
      this.#ring();
      await this.#quiet();
    }
    this.#now = Math.max(this.#now, target);
  }

  /** Waits until the loop sleeps, and until nothing has wakened it for a while. */
  async #quiet(): Promise<void> {
    for (let turns = 0; turns < QUIET_TURNS; ) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      turns = this.#promised > 0 ? 0 : turns + 1;
    }
  }
}

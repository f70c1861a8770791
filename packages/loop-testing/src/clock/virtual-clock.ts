import { Context } from '@bight/contextvars';
import { captureWith, runContext, runInCarrier } from '@bight/contextvars/low-level';
import { ValueError } from '@bight/loop-abstract';
import { checkCallback, checkOptions, checkSeconds } from '@bight/loop-abstract/validate';
import { NodeHost } from '@bight/loop-core/low-level';
import { kAt, kFreeze, kOnMove, kWatchProgress } from '../internals.js';
import { Agenda, type Entry } from './agenda.js';
import { OpenIo } from './open-io.js';
import { RealWork, unwatched } from './real-work.js';
import { isQuietAwaited } from './wait-all-tasks-blocked.js';

// Taken at import: under fake timers, which replace the global functions, a loop runs in real time.
const { clearImmediate, clearTimeout, setImmediate, setTimeout } = globalThis;
const now = performance.now.bind(performance);

const MODES = ['automatic', 'manual', 'hold'] as const;

/**
 * When a {@link VirtualClock} moves: `'automatic'`: to the next timer, as soon as nothing else can happen; `'manual'`:
 * by {@link VirtualClock.advance} alone; `'hold'`: automatically, except that it stands still while real work of the
 * loop's code is under way (a file, a lookup of a name, a computation in a thread), and runs as a real clock does while
 * the process has real input or output open.
 */
export type ClockMode = (typeof MODES)[number];

/** How a virtual clock is made. */
export interface VirtualClockOptions {
  /** When it moves; by default `'automatic'`. */
  mode?: ClockMode;
  /** What it shows at first, in **seconds**; by default 0. */
  start?: number;
}

const NEVER = Number.POSITIVE_INFINITY;

// In a whole turn of the platform everything has its chance: what is queued during one turn comes in the next.
const QUIET_TURNS = 2;

// How often the clock checks whether real I/O is still open.
const LONGEST_LOOK_MS = 5;

// After this many moves in a row the platform gets a turn of its own, for what is not of this world: a test runner's
// timers, signals.
const MOVES_PER_TURN = 256;

// What a loop does at most before it requests a turn.
const ITERATIONS_PER_TURN = 64;

// The shortest time that matters, where the numbers are small enough to hold it.
const RESOLUTION_SECONDS = 1e-9;

/**
 * A host for one loop, on which time passes only when the loop has nothing else to do: an hour of `sleep()` takes no
 * longer than a callback. Hand it to any loop that takes a host, `new CoreEventLoop({ host: new VirtualClock() })`, or
 * make a `VirtualEventLoop`.
 *
 * Everything but the time is Node's: microtasks, ticks and turns come in the order in which they always do.
 *
 * Asyncio has nothing like it; trio's is `trio.testing.MockClock`.
 */
export class VirtualClock extends NodeHost {
  /** When the clock moves. */
  readonly mode: ClockMode;

  /** @internal */
  declare readonly settle: NodeHost['settle'];
  readonly #drain: NodeHost['settle'];
  readonly #openIo: OpenIo | null;
  readonly #work: RealWork;
  #isAdvancing = false;
  readonly #agenda = new Agenda();
  // What happens in the world happens in no code's context.
  readonly #outside = captureWith(runContext(new Context(), null, null));
  #now: number;
  // While time flows: from which real time on, in milliseconds.
  #flowsSince: number | null = null;
  #isRunning = false;
  #promised = 0;
  #alarmAt = NEVER;
  #alarm: (() => void) | null = null;
  #stopLooking: (() => void) | null = null;
  #settling = 0;
  #looksAfterSettling = false;
  // While the network's events happen: what they ask to be called next.
  #isMoving = false;
  #calledNext: (() => void) | null = null;
  #movesInTurn = 0;
  #isIoOpen = true;
  #steps = 0;
  #progress: { readonly limit: number; readonly stalled: () => void } | null = null;
  #moves: ((to: number) => void) | null = null;
  #advances: Promise<void> = Promise.resolve();

  /** @throws {ValueError} when there is no such mode, or if `start` is not a number */
  constructor(options: VirtualClockOptions = {}) {
    super();
    const { mode = 'automatic', start = 0 } = checkOptions(options, ['mode', 'start']);
    if (!MODES.includes(mode)) {
      throw new ValueError(`mode must be one of ${MODES.join(', ')}, got ${String(mode)}`);
    }
    this.mode = mode;
    this.#now = checkSeconds(start, 'start');
    this.#openIo = mode === 'hold' ? new OpenIo() : null;
    const isOwn = (loop: object) => (loop as { host?: unknown }).host === this;
    this.#work = new RealWork(isOwn, mode !== 'hold');
    this.#drain = this.settle;
    this.settle = this.#drain === undefined ? undefined : (isKnownToWork) => this.#settle(isKnownToWork);
  }

  /** By how many **seconds** a positive delay moves the clock at least: 1 ns, or as little as the numbers can show. */
  get resolution(): number {
    return Math.max(RESOLUTION_SECONDS, Math.abs(this.time()) * Number.EPSILON);
  }

  /**
   * The kinds of real work for which the clock has stood still, as Node names them. No seed decides the order in
   * which such work ends.
   */
  get heldFor(): string[] {
    return this.#work.seen;
  }

  /** What the clock shows, in **seconds**. */
  override time(): number {
    return this.#flowsSince === null ? this.#now : this.#now + (now() - this.#flowsSince) / 1000;
  }

  /**
   * Moves the clock, stopping at each timer on the way until everything that it caused has happened. Callable from
   * inside of the loop and from outside.
   *
   * @param seconds - by how much, in **seconds** of virtual time
   * @returns a promise that is kept when everything has happened that is due by then
   * @throws {ValueError} when `seconds` is negative, infinite or not a number
   */
  advance(seconds: number): Promise<void> {
    if (!(checkSeconds(seconds, 'seconds') >= 0 && seconds < NEVER)) {
      throw new ValueError(`seconds must be finite and not negative, got ${seconds}`);
    }
    // One after the other: each begins where the one before has ended.
    this.#advances = this.#advances.then(() => this.#advanceBy(seconds));
    return this.#advances;
  }

  /**
   * Schedules an event outside of the loop, such as a packet or an interrupt of a device: no timer of the loop, and
   * before those that are due at the same time. What is to reach the loop goes through `loop.callSoonThreadsafe()`.
   *
   * @param when - **seconds**, on this clock; the past means now
   * @param event - what happens
   * @param options.order - events of the same time happen in the order of this number, and of the calls; by
   *   default 0
   * @returns a function that cancels it
   * @throws {ValueError} when `when` is not a number
   */
  at(when: number, event: () => void, options: { order?: number } = {}): () => void {
    checkSeconds(when, 'when');
    checkCallback(event, 'event');
    const foreign = () => {
      // It may have asked the platform for ticks: what it wakes comes behind them.
      this.#isMoving = false;
      event();
    };
    const entry = this[kAt](when, checkOptions(options, ['order']).order ?? 0, foreign);
    return () => entry.cancel();
  }

  /** {@link at} for the network, whose events reach the loop alone. @internal */
  [kAt](when: number, order: number, event: () => void): Entry {
    const entry = this.#agenda.add(Math.max(when, this.time()), order, event);
    this.#watch();
    return entry;
  }

  /** Calls back as Node does; until then the clock stands still. */
  override callSoon(callback: () => void): void {
    this.#note(ITERATIONS_PER_TURN);
    unwatched(() => super.callSoon(this.#promise(callback)));
  }

  /** Calls back as Node does; until then the clock stands still. */
  override callAfterMicrotasks(callback: () => void): void {
    this.#note(1);
    super.callAfterMicrotasks(this.#promise(callback));
  }

  /** Calls back as Node does; until then the clock stands still. */
  override callNext(callback: () => void): void {
    this.#note(1);
    if (this.#isMoving && this.#calledNext === null) this.#calledNext = callback;
    else super.callNext(this.#promise(callback));
  }

  /** Calls back when the clock has been moved to `when`, in **seconds**. */
  override setAlarm(when: number, callback: () => void): void {
    this.#alarmAt = when;
    this.#alarm = callback;
    this.#watch();
  }

  /** Forgets the alarm. */
  override clearAlarm(): void {
    this.#alarmAt = NEVER;
    this.#alarm = null;
  }

  /** Keeps the process alive: the loop runs, and time with it. */
  override hold(): void {
    super.hold();
    this.#isRunning = true;
    this.#isIoOpen = true;
    this.#work.start();
    this.#watch();
  }

  /** Lets the process end: the loop does not run, and time stands still. */
  override release(): void {
    super.release();
    this.#isRunning = false;
    this.#work.stop();
    this.#stopLooking?.();
    this.#stopLooking = null;
  }

  /**
   * Whether nothing is on its way to the loop: no callback, no alarm, no event, no real work of its own. What real
   * input brings is not known here.
   */
  get isStill(): boolean {
    return this.#promised === 0 && this.#next === NEVER && !this.#work.isUnderWay;
  }

  /** When the next thing is due that needs the clock to move. */
  get #next(): number {
    return Math.min(this.#alarmAt, this.#agenda.next);
  }

  #promise(callback: () => void): () => void {
    this.#promised++;
    return () => {
      this.#promised--;
      callback();
    };
  }

  /** Whether a caller relies on the clock standing still. */
  #isAwaited(): boolean {
    return this.#promised > 0 || (isQuietAwaited() && this.#next > this.time());
  }

  /** Makes the clock move when everything is quiet. */
  #watch(): void {
    if (!this.#isRunning || this.#isAdvancing || this.#stopLooking !== null || this.#next === NEVER) return;
    if (this.mode === 'manual' && this.#next > this.#now) return;
    if (this.#drain === undefined || this.mode === 'manual' || this.#movesInTurn >= MOVES_PER_TURN)
      this.#lookAfterTurns(QUIET_TURNS);
    else this.#lookAfterTicks();
  }

  /**
   * Checks when every microtask and every tick has run. That is as good as a turn, and costs less, if no real work is
   * under way and no code has requested a turn.
   */
  #lookAfterTicks(): void {
    let isCalledOff = false;
    this.#stopLooking = () => {
      isCalledOff = true;
    };
    super.callAfterMicrotasks(() => {
      if (!isCalledOff) this.#lookInTick();
    });
  }

  /** Moves again and again for as long as nothing but this world happens, without a way through the platform. */
  #lookInTick(): void {
    // Within the loop's own wait for microtasks: it is awake.
    if (this.#settling > 0) {
      this.#looksAfterSettling = true;
      return;
    }
    const look = this.#stopLooking;
    for (;;) {
      this.#drain?.(true);
      if (this.#stopLooking === null || this.#stopLooking !== look) return;
      if (this.#isAwaited() || this.#isHeld()) {
        this.#lookAfterTurns(QUIET_TURNS);
        return;
      }
      this.#movesInTurn++;
      if (this.#movesInTurn >= MOVES_PER_TURN || this.#next === NEVER) {
        this.#lookNow();
        return;
      }
      this.#moveInPlace();
      if (this.#stopLooking !== look) return;
      if (this.#isAdvancing || this.#next === NEVER) {
        this.#stopLooking = null;
        return;
      }
    }
  }

  /** What the network's events wake runs at once: nothing else can have requested a tick. */
  #moveInPlace(): void {
    let hasMoved = false;
    try {
      this.#move(true);
      const next = this.#calledNext;
      this.#calledNext = null;
      next?.();
      hasMoved = true;
    } finally {
      if (!hasMoved) {
        this.#stopLooking = null;
        this.#watch();
      }
    }
  }

  #settle(isKnownToWork: boolean): boolean {
    this.#note(1);
    this.#settling++;
    const hasSettled = (this.#drain as (isKnownToWork: boolean) => boolean)(isKnownToWork);
    this.#settling--;
    if (this.#settling === 0 && this.#looksAfterSettling) {
      this.#looksAfterSettling = false;
      if (this.#stopLooking !== null) this.#lookAfterTicks();
    }
    return hasSettled;
  }

  /**
   * Moves after several turns in a row in which the loop did not expect to be called back, and in which no real work
   * was under way.
   */
  #lookAfterTurns(turns: number): void {
    const next = unwatched(() =>
      setImmediate(() => {
        this.#movesInTurn = 0;
        if (this.#isAwaited() || this.#work.isUnderWay) this.#lookAfterTurns(QUIET_TURNS);
        else if (turns > 1) this.#lookAfterTurns(turns - 1);
        else this.#lookNow();
      }),
    );
    this.#stopLooking = () => clearImmediate(next);
  }

  /** Whether real work is under way, or real input or output open. */
  #isHeld(): boolean {
    return this.#work.isUnderWay || this.#hasOpenIo();
  }

  #hasOpenIo(): boolean {
    if (this.#openIo === null || (!this.#isIoOpen && !this.#work.mayHaveOpened)) return false;
    this.#work.mayHaveOpened = false;
    this.#isIoOpen = this.#openIo.hasAny;
    return this.#isIoOpen;
  }

  #lookNow(): void {
    this.#stopLooking = null;
    if (this.#next === NEVER) return;
    if (this.#hasOpenIo()) {
      this.#flowsSince ??= now();
      const leftMs = (this.#next - this.time()) * 1000;
      if (leftMs > 0) {
        const next = setTimeout(() => this.#lookAfterTurns(1), Math.min(leftMs, LONGEST_LOOK_MS));
        this.#stopLooking = () => clearTimeout(next);
        return;
      }
    }
    this.#move();
    this.#watch();
  }

  /** Counts what the loop does while the clock stands still. */
  #note(steps: number): void {
    this.#steps += steps;
    if (this.#progress === null || this.#steps <= this.#progress.limit) return;
    const { stalled } = this.#progress;
    this.#progress = null;
    stalled();
  }

  /**
   * Calls `stalled`, once, when the loop has run about this many callbacks without the clock having moved. @internal
   */
  [kWatchProgress](limit: number, stalled: () => void): void {
    this.#progress = { limit, stalled };
  }

  /** Calls `moves` each time before the clock moves, with the time to which it is about to. @internal */
  [kOnMove](moves: (to: number) => void): void {
    this.#moves = moves;
  }

  /** The clock is to stand still until the function that this returns is called: real work is under way. @internal */
  [kFreeze](kind: string): () => void {
    return this.#openIo === null ? () => {} : this.#work.begin(kind);
  }

  /**
   * Moves to the next thing that is due, and runs it: first what comes from outside, as a selector reports it
   * first.
   */
  #move(isInPlace = false): void {
    const now = Math.max(this.time(), this.#next);
    if (now > this.#now) {
      this.#moves?.(now);
      this.#steps = 0;
    }
    this.#now = now;
    this.#flowsSince = null;
    if (this.#agenda.next <= now) {
      this.#isMoving = isInPlace;
      try {
        runInCarrier(this.#outside, happen, this.#agenda, now);
      } finally {
        this.#isMoving = false;
      }
    }
    if (this.#alarmAt > now) return;
    const callback = this.#alarm;
    this.clearAlarm();
    callback?.();
  }

  async #advanceBy(seconds: number): Promise<void> {
    const target = this.time() + seconds;
    this.#isAdvancing = true;
    this.#stopLooking?.();
    this.#stopLooking = null;
    await this.#quiet();
    while (this.#next <= target) {
      this.#move();
      await this.#quiet();
    }
    if (target > this.#now) this.#moves?.(target);
    this.#now = Math.max(this.time(), target);
    this.#flowsSince = null;
    this.#isAdvancing = false;
    this.#watch();
  }

  /** Waits until the loop sleeps, and until nothing has wakened it for a while. */
  async #quiet(): Promise<void> {
    for (let turns = 0; turns < QUIET_TURNS; ) {
      await new Promise<void>((resolve) => unwatched(() => setImmediate(resolve)));
      turns = this.#isAwaited() || this.#work.isUnderWay ? 0 : turns + 1;
    }
  }
}

function happen(this: Agenda, now: number): void {
  this.happen(now);
}

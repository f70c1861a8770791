import type { PlatformWorld } from './platform-world.js';

// Numbers of which Node's own timers, which code outside of the simulation clears by theirs, have none.
let timersMade = 2 ** 52;

// By what code may have kept instead of the timer: its number.
const byNumber = new Map<number, VirtualTimer>();

/** A timer of the platform's kind on virtual time: what `setTimeout()` and `setInterval()` return in a simulation. */
export class VirtualTimer {
  readonly #world: PlatformWorld;
  readonly #seconds: number;
  readonly #repeats: boolean;
  readonly #callback: () => void;
  readonly #number = ++timersMade;
  #isRef = true;
  #cancel: (() => void) | null = null;

  constructor(world: PlatformWorld, delayMs: unknown, repeats: boolean, callback: () => void) {
    const ms = Number(delayMs);
    this.#world = world;
    // What Node makes of a delay that it cannot use.
    this.#seconds = (ms >= 1 && ms <= 2 ** 31 - 1 ? Math.trunc(ms) : 1) / 1000;
    this.#repeats = repeats;
    this.#callback = callback;
    this.refresh();
  }

  /** The timer that {@link Symbol.toPrimitive} gave a number. */
  static of(handle: unknown): VirtualTimer | undefined {
    if (handle instanceof VirtualTimer) return handle;
    return typeof handle === 'number' || typeof handle === 'string'
      ? byNumber.get(Number(handle))
      : undefined;
  }

  /** Begins anew. */
  refresh(): this {
    this.#cancel?.();
    if (this.#isRef) {
      const handle = this.#world.loop.callLater(this.#seconds, () => this.#ring());
      this.#cancel = () => handle.cancel();
    } else {
      // Such a timer keeps nothing open.
      const { loop } = this.#world;
      this.#cancel = this.#world.at(this.#world.now() + this.#seconds, () =>
        loop.callSoonThreadsafe(() => this.#ring()),
      );
    }
    return this;
  }

  #ring(): void {
    if (this.#cancel === null) return;
    this.#cancel = null;
    if (this.#repeats) this.refresh();
    else byNumber.delete(this.#number);
    this.#callback();
  }

  /** Whether the end of the test would have to wait for it. */
  hasRef(): boolean {
    return this.#isRef;
  }

  ref(): this {
    return this.#setRef(true);
  }

  unref(): this {
    return this.#setRef(false);
  }

  #setRef(isRef: boolean): this {
    if (this.#isRef === isRef) return this;
    this.#isRef = isRef;
    if (this.#cancel !== null) this.refresh();
    return this;
  }

  close(): this {
    this.#cancel?.();
    this.#cancel = null;
    byNumber.delete(this.#number);
    return this;
  }

  [Symbol.toPrimitive](): number {
    byNumber.set(this.#number, this);
    return this.#number;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** What `setImmediate()` returns in a simulation. */
export class VirtualImmediate {
  readonly #cancel: () => void;
  #isRef = true;

  constructor(world: PlatformWorld, callback: () => void) {
    const handle = world.loop.callSoon(callback);
    this.#cancel = () => handle.cancel();
  }

  hasRef(): boolean {
    return this.#isRef;
  }

  ref(): this {
    this.#isRef = true;
    return this;
  }

  unref(): this {
    this.#isRef = false;
    return this;
  }

  close(): void {
    this.#cancel();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

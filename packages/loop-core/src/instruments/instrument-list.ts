import { captureOthers, contextIn, currentRunContext, runContext, runIn } from '@bight/contextvars/low-level';
import type { ErrorHandlingLoop } from '@bight/loop-abstract';
import { HOOKS, type Hook, type Instrument } from './instrument.js';

/** The instruments that have a hook, for each hook. It is replaced by every change, and never changed. */
export type Hooked = Readonly<Record<Hook, readonly Instrument[]>>;

const NONE = sort(new Set());

/** The instruments of a loop, and the call of their hooks. @internal */
export class InstrumentList {
  /** Those that are there now, by hook. */
  hooked: Hooked = NONE;
  readonly #loop: ErrorHandlingLoop;
  readonly #instruments = new Set<Instrument>();
  readonly #changed: () => void;

  /** @param changed - called when an instrument was added or removed */
  constructor(loop: ErrorHandlingLoop, changed: () => void) {
    this.#loop = loop;
    this.#changed = changed;
  }

  get size(): number {
    return this.#instruments.size;
  }

  /** Whether one of them has a hook for what each callback does. */
  get hasCallbackHooks(): boolean {
    const { taskScheduled, beforeTaskStep, afterTaskStep, beforeCallback, afterCallback, callbackSlow } =
      this.hooked;
    const steps = taskScheduled.length + beforeTaskStep.length + afterTaskStep.length;
    return steps + beforeCallback.length + afterCallback.length + callbackSlow.length > 0;
  }

  add(instrument: Instrument): void {
    if (this.#instruments.has(instrument)) return;
    this.#instruments.add(instrument);
    this.hooked = sort(this.#instruments);
    this.#changed();
  }

  remove(instrument: Instrument): boolean {
    if (!this.#instruments.delete(instrument)) return false;
    this.hooked = sort(this.#instruments);
    this.#changed();
    return true;
  }

  /**
   * Calls one hook of each instrument that has it. What a hook sets in contexts stays in a copy, and one that throws is
   * reported, with its instrument removed.
   *
   * @param since - those to call: the instruments that saw the beginning of what ends now
   */
  call(hook: Hook, args: readonly unknown[], since: Hooked = this.hooked): void {
    const instruments = since[hook];
    if (instruments.length === 0) return;
    const current = currentRunContext();
    const run = runContext(contextIn(current).copy(), current?.loop ?? null, current?.task ?? null);
    runIn(captureOthers(current), run, callEach, this, { hook, args, instruments });
  }

  /** Calls one hook of one instrument. */
  callOne(instrument: Instrument, hook: Hook, args: readonly unknown[]): void {
    // It may have been removed by one of the others, or since what ends now began.
    if (!this.#instruments.has(instrument)) return;
    try {
      (instrument[hook] as (...args: readonly unknown[]) => void).call(instrument, ...args);
    } catch (error) {
      this.remove(instrument);
      this.#loop.callExceptionHandler({
        message: `Exception in ${hook}() of an instrument, which was removed`,
        exception: error as Error,
      });
    }
  }
}

interface Calls {
  readonly hook: Hook;
  readonly args: readonly unknown[];
  readonly instruments: readonly Instrument[];
}

function callEach(this: InstrumentList, { hook, args, instruments }: Calls): void {
  for (const instrument of instruments) this.callOne(instrument, hook, args);
}

function sort(instruments: ReadonlySet<Instrument>): Hooked {
  const hooked = {} as Record<Hook, readonly Instrument[]>;
  for (const hook of HOOKS) {
    hooked[hook] = [...instruments].filter((instrument) => instrument[hook] !== undefined);
  }
  return hooked;
}

import type { ResourceSlotPlatform } from '../platforms/node20/platform.js';
import type { RunContext } from '../platforms/run-context.js';
import {
  type Enterable,
  type EnterContext,
  enterableIn,
  guard,
  noteEntry,
  noteExit,
  runContextIn,
} from './rules.js';

/** Enters contexts where the current `RunContext` is a property that can be written. */
export class SlotEntry {
  readonly #platform: ResourceSlotPlatform;

  constructor(platform: ResourceSlotPlatform) {
    this.#platform = platform;
  }

  /**
   * Makes a context the current one.
   *
   * @returns what `leave` needs
   */
  enter(context: Enterable, isExclusive: boolean): RunContext | undefined {
    const left = this.#platform.current();
    const outer = enterableIn(left);
    if (isExclusive) guard(context, outer);
    noteEntry(context, outer);
    this.#platform.write(runContextIn(context, left));
    return left;
  }

  /** Undoes `enter`. */
  leave(context: Enterable, left: RunContext | undefined): void {
    this.#platform.write(left);
    noteExit(context, enterableIn(left));
  }
}

/** `SlotEntry` around a call. */
export function enterBySlot(entry: SlotEntry): EnterContext {
  return (context, isExclusive, fn, self, args) => {
    const left = entry.enter(context, isExclusive);
    try {
      return Reflect.apply(fn, self, args);
    } finally {
      entry.leave(context, left);
    }
  };
}

import type { RunContextStorage } from '../platforms/platform.js';
import { type EnterContext, enterableIn, guard, noteEntry, noteExit, runContextIn } from './rules.js';

/** Enters contexts by the storage's `run`. */
export function plainEntry(storage: RunContextStorage): EnterContext {
  return (context, isExclusive, fn, self, args) => {
    const left = storage.getStore();
    const outer = enterableIn(left);
    if (isExclusive) guard(context, outer);
    noteEntry(context, outer);
    try {
      return storage.run(runContextIn(context, left), Reflect.apply, fn, self, args);
    } finally {
      noteExit(context, outer);
    }
  };
}

import { kBare, kIsCopied, kOthers } from '../internals.js';
import { adoptChanges } from '../platforms/node24/adopt-changes.js';
import type { ContextMap, Others } from '../platforms/node24/context-map.js';
import { type ContextMapPlatform, noOthers } from '../platforms/node24/platform.js';
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

/** Enters contexts on Node 24 and later: each with a context map, linked to the other storages' values outside. */
export function contextMapEntry(platform: ContextMapPlatform): EnterContext {
  // What the other storages hold at the end of a function that changed them; read as soon as it was written.
  let after: Others | undefined;

  function callInside<T, A extends unknown[], R>(
    this: ContextMap,
    fn: (this: T, ...args: A) => R,
    self: T,
    args: A,
  ): R {
    try {
      return Reflect.apply(fn, self, args);
    } finally {
      after = this[kIsCopied] ? othersNow(this) : undefined;
    }
  }

  function othersNow(inner: ContextMap): Others | undefined {
    const run = platform.current();
    return run === inner ? undefined : platform.othersBeside(run);
  }

  return (context, isExclusive, fn, self, args) => {
    const left = platform.current();
    const outer = enterableIn(left);
    if (isExclusive) guard(context, outer);
    const others = platform.othersBeside(left);
    const inner = linked(platform, runContextIn(context, left), others);
    noteEntry(context, outer);
    try {
      return platform.run.call(inner, callInside, inner, fn, self, args) as never;
    } finally {
      noteExit(context, outer);
      if (after !== undefined) {
        adoptChanges(platform.storage, others, after);
        after = undefined;
      }
    }
  };
}

/**
 * A context holds on to its bare `RunContext`, which therefore must not lead to what is stored where it was entered
 * first.
 */
function linked(platform: ContextMapPlatform, run: RunContext<Enterable>, others: Others): ContextMap {
  const map = run as ContextMap<Enterable>;
  if (map[kOthers] === null && map === map.context[kBare]) map[kOthers] = noOthers;
  return platform.link(map, others);
}

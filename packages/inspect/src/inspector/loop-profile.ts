import type { AbstractTask, Handle } from '@bight/loop-abstract';
import type { Instrument } from '@bight/loop-core';
import { callbackOf, numberOf, waitsOf } from '@bight/loop-core/low-level';
import type { SourceLines } from './source-lines.js';

// Taken at import: fake timers, which replace the global functions, are not for this.
const readClock = performance.now.bind(performance);
const origin = performance.timeOrigin;

const MOST_STEPS = 4096;
const MOST_STEPS_SENT = 500;
const MOST_CALLBACKS = 2000;
const MOST_CALLBACKS_SENT = 100;
const MOST_UNAWAITED = 100;

/** The time that the runs of one function have taken. */
export interface CallbackTime {
  readonly id: number;
  readonly name: string;
  readonly kind: 'task' | 'callback';
  /** Where it is written: `file:line:column`. */
  readonly where: string | null;
  /** How many times it ran: for a task, its steps. */
  readonly count: number;
  /** In **seconds**. */
  readonly total: number;
  /** The longest run, in **seconds**. */
  readonly longest: number;
}

/** A run of a callback, or a step of a task. */
export interface Step {
  /** The number of the task; 0 for a callback. */
  readonly task: number;
  readonly name: string;
  /** When it began: **milliseconds** of the wall clock. */
  readonly at: number;
  /** How long it took, in **seconds**. */
  readonly seconds: number;
}

/** A task that is done, and has begun something that still runs, which no code awaits. */
export interface Unawaited {
  readonly task: string;
  readonly coroutine: string;
  readonly where: string | null;
}

/** What a loop has done. */
export interface ProfileSnapshot {
  readonly callbacks: readonly CallbackTime[];
  /** The longest of the steps that have ended since the given moment, oldest first. */
  readonly steps: readonly Step[];
  readonly unawaited: readonly Unawaited[];
}

interface Entry {
  readonly id: number;
  readonly name: string;
  readonly kind: 'task' | 'callback';
  func: WeakRef<object>;
  where: string | null;
  count: number;
  total: number;
  longest: number;
}

interface Open {
  readonly entry: Entry;
  readonly task: number;
  readonly name: string;
  readonly began: number;
}

/** Notes which functions of a loop take how long, and which steps there were, for a page that is open. */
export class LoopProfile implements Instrument {
  readonly #lines: SourceLines;
  readonly #entries = new Map<string, Entry>();
  readonly #known = new WeakMap<object, Entry>();
  readonly #open: Open[] = [];
  readonly #unawaited = new Set<AbstractTask>();
  #steps: Step[] = [];

  constructor(lines: SourceLines) {
    this.#lines = lines;
  }

  beforeTaskStep(task: AbstractTask): void {
    const coroutine = task.getCoro?.() ?? task;
    this.#begin(this.#entryOf(coroutine, 'task'), numberOf(task), task.getName?.() ?? String(task));
  }

  afterTaskStep(): void {
    this.#end();
  }

  beforeCallback(handle: Handle): void {
    const entry = this.#entryOf(callbackOf(handle) ?? handle, 'callback');
    this.#begin(entry, 0, entry.name);
  }

  afterCallback(): void {
    this.#end();
  }

  taskDone(task: AbstractTask): void {
    if (waitsOf(task) > 0 && this.#unawaited.size < MOST_UNAWAITED) this.#unawaited.add(task);
  }

  /**
   * What the loop has done.
   *
   * @param since - steps are wanted that ended later: **milliseconds** of the wall clock
   * @param until - and no later than this
   */
  snapshot(since: number, until: number): ProfileSnapshot {
    const steps = this.#steps
      .filter(({ at, seconds }) => at + seconds * 1000 > since && at + seconds * 1000 <= until)
      .sort((one, other) => other.seconds - one.seconds)
      .slice(0, MOST_STEPS_SENT)
      .sort((one, other) => one.at - other.at);
    const callbacks = [...this.#entries.values()]
      .sort((one, other) => other.total - one.total)
      .slice(0, MOST_CALLBACKS_SENT)
      .map((entry) => this.#describe(entry));
    return { callbacks, steps, unawaited: this.#stillUnawaited() };
  }

  #stillUnawaited(): Unawaited[] {
    for (const task of this.#unawaited) if (waitsOf(task) === 0) this.#unawaited.delete(task);
    return [...this.#unawaited].map((task) => {
      const entry = this.#entryOf(task.getCoro?.() ?? task, 'task');
      const { where } = this.#describe(entry);
      return { task: task.getName?.() ?? String(task), coroutine: entry.name, where };
    });
  }

  #describe(entry: Entry): CallbackTime {
    const { id, name, kind, count, total, longest } = entry;
    const func = entry.where === null ? entry.func.deref() : undefined;
    if (func !== undefined) entry.where = this.#lines.of(func);
    return { id, name, kind, where: entry.where, count, total, longest };
  }

  /** One entry for each function as it is written: closures are new each time. */
  #entryOf(func: object, kind: Entry['kind']): Entry {
    const known = this.#known.get(func);
    if (known !== undefined) return known;
    const isFunction = typeof func === 'function';
    const name = isFunction ? (func as { name: unknown }).name : String(func);
    const label = typeof name === 'string' && name !== '' ? name : '<anonymous>';
    const key = isFunction
      ? `${kind} ${label} ${Function.prototype.toString.call(func)}`
      : `${kind} ${label}`;
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = {
        id: this.#entries.size + 1,
        name: label,
        kind,
        func: new WeakRef(func),
        where: null,
        count: 0,
        total: 0,
        longest: 0,
      };
      if (this.#entries.size < MOST_CALLBACKS) this.#entries.set(key, entry);
    } else if (entry.where === null) {
      entry.func = new WeakRef(func);
    }
    if (isFunction) this.#known.set(func, entry);
    return entry;
  }

  #begin(entry: Entry, task: number, name: string): void {
    this.#open.push({ entry, task, name, began: readClock() });
  }

  #end(): void {
    const open = this.#open.pop();
    if (open === undefined) return;
    const { entry, task, name, began } = open;
    const seconds = (readClock() - began) / 1000;
    entry.count++;
    entry.total += seconds;
    entry.longest = Math.max(entry.longest, seconds);
    this.#steps.push({ task, name, at: origin + began, seconds });
    if (this.#steps.length >= 2 * MOST_STEPS) this.#steps = this.#steps.slice(-MOST_STEPS);
  }
}

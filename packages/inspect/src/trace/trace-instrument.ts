import { performance } from 'node:perf_hooks';
import type { AbstractTask, Handle } from '@bight/loop-abstract';
import type { CoreEventLoop, Instrument, LiveHandle } from '@bight/loop-core';
import { numberOf } from '@bight/loop-core/low-level';
import type { Ring } from './ring.js';

// Taken at import: fake timers, which replace the global functions, are not for this.
const readClock = performance.now.bind(performance);

const MICROSECONDS_PER_MILLISECOND = 1000;
/** Counters change with each iteration: this interval is enough to draw them. */
const COUNTER_INTERVAL_MICROSECONDS = 1000;

/** Names stand in each event. */
const LONGEST_NAME = 200;

/** A slice that has begun. */
interface Open {
  readonly tid: number;
  readonly name: string;
  readonly cat: 'task' | 'callback';
  readonly began: number;
}

/** Writes what a loop does as events of Chrome's trace format: a track for the loop, and one for each task. */
export class TraceInstrument implements Instrument {
  readonly #ring: Ring;
  readonly #loop: CoreEventLoop;
  readonly #onLag: (seconds: number) => void;
  readonly #open: Open[] = [];
  /** The wake-up that each task has before it, by its flow's number. */
  readonly #flows = new WeakMap<object, number>();
  readonly #names = new Map<number, string>();
  readonly #pid = process.pid;
  readonly #loopTrack: number;
  #lastFlow = 0;
  #countedAt = Number.NEGATIVE_INFINITY;
  #handles = 0;
  /** How long microtasks have run since they were last counted. */
  #microtasks = 0;
  #microtasksSince: number | null = null;
  #busySince: number;
  #dueAt = Number.POSITIVE_INFINITY;

  /** @param onLag - called with how late the loop was, in seconds */
  constructor(loop: CoreEventLoop, ring: Ring, onLag: (seconds: number) => void) {
    this.#loop = loop;
    this.#ring = ring;
    this.#onLag = onLag;
    this.#loopTrack = numberOf(loop);
    this.#busySince = now();
    this.#handles = loop.liveHandles().filter(({ kind }) => kind !== 'task' && kind !== 'timer').length;
    this.#names.set(this.#loopTrack, `${loop.constructor.name} ${this.#loopTrack}`);
    this.#count(now(), 0, true);
  }

  /** The events that name the tracks: they are kept apart, so that none of them is lost with old events. */
  metadata(): string[] {
    const named = [...this.#names].map(([tid, name]) =>
      this.#event('M', 'thread_name', tid, { args: { name } }),
    );
    return [this.#event('M', 'process_name', this.#loopTrack, { args: { name: process.title } }), ...named];
  }

  taskSpawned(task: AbstractTask): void {
    this.#nameTrack(task);
  }

  taskScheduled(task: AbstractTask): void {
    const cause = this.#open.at(-1);
    if (cause === undefined) return;
    const id = ++this.#lastFlow;
    this.#flows.set(task, id);
    this.#ring.push(this.#event('s', 'wake-up', cause.tid, { cat: 'flow', id, ts: now() }));
  }

  beforeTaskStep(task: AbstractTask): void {
    const tid = task.done() ? numberOf(task) : this.#nameTrack(task);
    const began = this.#begin(tid, nameOf(task), 'task');
    const id = this.#flows.get(task);
    if (id === undefined) return;
    this.#flows.delete(task);
    this.#ring.push(this.#event('f', 'wake-up', tid, { cat: 'flow', id, bp: 'e', ts: began }));
  }

  taskDone(task: AbstractTask): void {
    // What has ended is named among the events, and is forgotten with them: there may be millions of tasks.
    const tid = numberOf(task);
    this.#names.delete(tid);
    this.#ring.push(this.#event('M', 'thread_name', tid, { args: { name: nameOf(task) } }));
  }

  afterTaskStep(): void {
    this.#end();
  }

  beforeCallback(handle: Handle): void {
    this.#begin(this.#loopTrack, String(handle), 'callback');
  }

  afterCallback(): void {
    this.#end();
  }

  beforeMicrotasks(): void {
    this.#microtasksSince = now();
  }

  beforePoll(timeoutSeconds: number | null): void {
    const at = now();
    this.#dueAt = timeoutSeconds === null ? Number.POSITIVE_INFINITY : at + timeoutSeconds * 1e6;
    // Whatever became due meanwhile had to wait for that long.
    this.#lag(at, at - this.#busySince);
  }

  afterPoll(): void {
    const at = now();
    this.#busySince = at;
    this.#lag(at, Math.max(0, at - this.#dueAt));
  }

  handleOpened(_resource: LiveHandle): void {
    this.#handles++;
    this.#count(now(), 0, true);
  }

  handleClosed(_resource: LiveHandle): void {
    this.#handles--;
    this.#count(now(), 0, true);
  }

  /** Ends the slices that have begun: no more events of them come. */
  finish(): void {
    while (this.#open.length > 0) this.#end();
  }

  /** Garbage was collected, for this many **milliseconds** from a time on. */
  collected(startMs: number, milliseconds: number): void {
    const began = startMs * MICROSECONDS_PER_MILLISECOND;
    const ended = began + milliseconds * MICROSECONDS_PER_MILLISECOND;
    // A peak as wide as it took.
    this.#counter('gc', began, milliseconds);
    this.#counter('gc', ended, 0);
  }

  #nameTrack(task: AbstractTask): number {
    const tid = numberOf(task);
    const name = nameOf(task);
    if (this.#names.get(tid) !== name) this.#names.set(tid, name);
    return tid;
  }

  #begin(tid: number, name: string, cat: Open['cat']): number {
    const began = now();
    this.#open.push({ tid, name, cat, began });
    return began;
  }

  #end(): void {
    const open = this.#open.pop();
    if (open === undefined) return;
    const { tid, name, cat, began } = open;
    const at = now();
    if (this.#microtasksSince !== null) {
      this.#microtasks += at - this.#microtasksSince;
      this.#microtasksSince = null;
    }
    this.#ring.push(this.#event('X', name, tid, { cat, ts: began, dur: at - began }));
  }

  #lag(at: number, microseconds: number): void {
    this.#count(at, microseconds / 1e6, microseconds > COUNTER_INTERVAL_MICROSECONDS);
    this.#onLag(microseconds / 1e6);
  }

  #count(ts: number, lag: number, isWanted: boolean): void {
    if (!isWanted && ts - this.#countedAt < COUNTER_INTERVAL_MICROSECONDS) return;
    this.#countedAt = ts;
    this.#counter('lag', ts, lag * 1000);
    this.#counter('ready', ts, this.#loop.statistics().ready);
    this.#counter('handles', ts, this.#handles);
    this.#counter('microtasks', ts, this.#microtasks / MICROSECONDS_PER_MILLISECOND);
    this.#microtasks = 0;
  }

  #counter(name: string, ts: number, value: number): void {
    this.#ring.push(this.#event('C', name, this.#loopTrack, { ts, args: { value } }));
  }

  #event(ph: string, name: string, tid: number, more: object): string {
    return JSON.stringify({ ph, name, pid: this.#pid, tid, ...more });
  }
}

/** Microseconds, on a monotonic clock. */
function now(): number {
  return readClock() * MICROSECONDS_PER_MILLISECOND;
}

function nameOf(task: AbstractTask): string {
  const name = task.getName?.() ?? String(task);
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME)}…`;
}

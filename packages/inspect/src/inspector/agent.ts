import { type MessagePort, threadId } from 'node:worker_threads';
import type { CoreEventLoop, Instrument } from '@bight/loop-core';
import {
  type LoopCounts,
  type LoopSnapshot,
  loopRegistry,
  numberOf,
  type TaskRange,
  watchQueues,
} from '@bight/loop-core/low-level';
import { recordTrace } from '../trace/record-trace.js';
import { LoopProfile, type ProfileSnapshot } from './loop-profile.js';
import { SourceLines } from './source-lines.js';
import { textSink } from './text-sink.js';

// Taken at import: fake timers, which replace the global functions, are not for this.
const { clearTimeout, setTimeout } = globalThis;
const readClock = performance.now.bind(performance);
const wallTime = Date.now;

/** How many loops of a thread note in shared memory since when they are busy. */
const SLOTS = 64;
/** Snapshots without a request take at most this part of the time. */
const SNAPSHOT_SHARE = 0.01;
const SHORTEST_SNAPSHOT_INTERVAL_MS = 500;
/** How many tasks such a snapshot has: the others of a loop that has more are read on request. */
const PUSHED: TaskRange = { limit: 1000 };
/** A profile ends when no page has requested it for this long. */
const PROFILE_LEASE_MS = 10_000;

/** What the serving thread asks. */
export type AgentRequest =
  | {
      readonly id: number;
      readonly type: 'snapshot';
      readonly loop: number | null;
      readonly range: TaskRange;
    }
  | { readonly id: number; readonly type: 'counts' }
  | { readonly id: number; readonly type: 'cancel'; readonly task: number }
  | { readonly id: number; readonly type: 'profile'; readonly since: number; readonly until: number }
  | TraceRequest;

interface TraceRequest {
  readonly id: number;
  readonly type: 'trace';
  readonly loop: number | null;
  readonly seconds: number;
  readonly whenLag: number | null;
}

/** What it is sent: of each loop all that there is, or how much. */
export interface AgentReport<T extends LoopCounts> {
  readonly loops: readonly T[];
  /** Which loop notes in which slot of the shared memory since when it is busy. */
  readonly slots: Readonly<Record<number, number>>;
}

interface Watched {
  readonly loop: CoreEventLoop;
  readonly instrument: Instrument;
  readonly slot: number;
  profile: LoopProfile | null;
}

/**
 * The part of an inspector that lives in the thread of the loops: it answers what the serving thread asks, and notes in
 * shared memory since when each loop is busy, so that the other thread sees that it is blocked.
 */
export class Agent {
  /**
   * When each loop has begun to be busy: milliseconds of `wallTime()`; 0 while it polls. The last is for the agent
   * itself.
   */
  readonly shared = new SharedArrayBuffer((SLOTS + 1) * Float64Array.BYTES_PER_ELEMENT);
  readonly #busySince = new Float64Array(this.shared);
  readonly #port: MessagePort;
  readonly #watched = new Set<Watched>();
  readonly #freeSlots = Array.from({ length: SLOTS }, (_, slot) => SLOTS - 1 - slot);
  readonly #lines = new SourceLines();
  readonly #stopWatching: () => void;
  #timer: NodeJS.Timeout | undefined;
  #profileTimer: NodeJS.Timeout | undefined;
  #isProfiling = false;
  #isClosed = false;

  constructor(port: MessagePort) {
    this.#port = port;
    watchQueues();
    for (const loop of loopRegistry.loops()) this.#watch(loop as CoreEventLoop);
    this.#stopWatching = loopRegistry.onLoop((loop) => this.#watch(loop as CoreEventLoop));
    port.on('message', (request: AgentRequest) => void this.#answer(request));
    // The serving thread has ended.
    port.on('close', () => this.close());
    port.unref();
    this.#push();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopWatching();
    clearTimeout(this.#timer);
    this.#endProfile();
    for (const { loop, instrument } of this.#watched) loop.removeInstrument(instrument);
    this.#watched.clear();
    this.#port.close();
  }

  #watch(loop: CoreEventLoop): void {
    this.#forgetClosed();
    const slot = this.#freeSlots.pop();
    if (this.#isClosed || slot === undefined) return;
    const busySince = this.#busySince;
    const instrument: Instrument = {
      beforePoll() {
        busySince[slot] = 0;
      },
      afterPoll() {
        busySince[slot] = wallTime();
      },
    };
    busySince[slot] = loop.isRunning() ? wallTime() : 0;
    loop.addInstrument(instrument);
    const watched: Watched = { loop, instrument, slot, profile: null };
    this.#watched.add(watched);
    if (this.#isProfiling) this.#profileOne(watched);
  }

  /** A program may make one loop after the other. */
  #forgetClosed(): void {
    for (const watched of this.#watched) {
      if (!watched.loop.isClosed()) continue;
      this.#watched.delete(watched);
      this.#freeSlots.push(watched.slot);
    }
  }

  /** What is in the loops, from time to time: it is the last that is known of a loop that is blocked. */
  #push(): void {
    const began = readClock();
    this.#working(() =>
      this.#port.postMessage({ type: 'snapshot', snapshot: this.#report(loopRegistry.snapshot(PUSHED)) }),
    );
    const took = readClock() - began;
    const wait = Math.max(SHORTEST_SNAPSHOT_INTERVAL_MS, took / SNAPSHOT_SHARE);
    this.#timer = setTimeout(() => this.#push(), wait);
    this.#timer.unref();
  }

  #report<T extends LoopCounts>(loops: readonly T[]): AgentReport<T> {
    this.#forgetClosed();
    const slots = [...this.#watched].map(({ loop, slot }) => [numberOf(loop), slot] as const);
    return { loops, slots: Object.fromEntries(slots) };
  }

  async #answer(request: AgentRequest): Promise<void> {
    const { id } = request;
    try {
      if (request.type === 'trace') {
        this.#port.postMessage({ type: 'answer', id, value: await this.#trace(request) });
      } else {
        this.#working(() => this.#port.postMessage({ type: 'answer', id, value: this.#do(request) }));
      }
    } catch (error) {
      this.#port.postMessage({
        type: 'answer',
        id,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }

  /** Notes meanwhile that the program's code does not block this thread. */
  #working(body: () => void): void {
    this.#busySince[SLOTS] = wallTime();
    try {
      body();
    } finally {
      this.#busySince[SLOTS] = 0;
    }
  }

  #do(request: Exclude<AgentRequest, TraceRequest>): unknown {
    switch (request.type) {
      case 'snapshot':
        return this.#report<LoopSnapshot>(loopRegistry.snapshot(request.range, request.loop));
      case 'counts':
        return this.#report<LoopCounts>(loopRegistry.counts());
      case 'cancel':
        return loopRegistry.cancel(request.task);
      case 'profile':
        return this.#profile(request.since, request.until);
    }
  }

  async #trace({ loop: wanted, seconds, whenLag }: TraceRequest): Promise<string> {
    const loops = loopRegistry.loops();
    const loop =
      wanted === null ? loops.find((one) => one.isRunning()) : loops.find((one) => numberOf(one) === wanted);
    if (loop === undefined) throw new Error(wanted === null ? 'no loop runs' : 'there is no such loop');
    const sink = textSink();
    const recorder = recordTrace(sink.stream, { loop, whenLag });
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    await recorder.close();
    return sink.text;
  }

  /** What the loops have done since the first of these requests; it ends when there are no more. */
  #profile(since: number, until: number): { id: number; profile: ProfileSnapshot }[] {
    clearTimeout(this.#profileTimer);
    this.#profileTimer = setTimeout(() => this.#endProfile(), PROFILE_LEASE_MS);
    this.#profileTimer.unref();
    if (!this.#isProfiling) {
      this.#isProfiling = true;
      for (const watched of this.#watched) this.#profileOne(watched);
    }
    return [...this.#watched].flatMap(({ loop, profile }) =>
      profile === null ? [] : [{ id: numberOf(loop), profile: profile.snapshot(since, until) }],
    );
  }

  #profileOne(watched: Watched): void {
    watched.profile = new LoopProfile(this.#lines);
    watched.loop.addInstrument(watched.profile);
  }

  #endProfile(): void {
    clearTimeout(this.#profileTimer);
    this.#isProfiling = false;
    for (const watched of this.#watched) {
      if (watched.profile !== null) watched.loop.removeInstrument(watched.profile);
      watched.profile = null;
    }
    this.#lines.close();
  }
}

/** What the serving thread needs to know of an agent. */
export interface AgentIntroduction {
  readonly thread: number;
  readonly shared: SharedArrayBuffer;
}

/** Introduces an agent to the serving thread. */
export function introduce({ shared }: Agent): AgentIntroduction {
  return { thread: threadId, shared };
}

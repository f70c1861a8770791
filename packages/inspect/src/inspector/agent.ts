import type { MessagePort } from 'node:worker_threads';
import type { CoreEventLoop, Instrument } from '@bight/loop-core';
import { type LoopSnapshot, loopRegistry } from '@bight/loop-core/low-level';
import { recordTrace } from '../trace/record-trace.js';
import { textSink } from './text-sink.js';

// Taken at import: fake timers, which replace the global functions, are not for this.
const { clearTimeout, setTimeout } = globalThis;
const readClock = performance.now.bind(performance);
const wallTime = Date.now;

/** So many loops of a thread say in shared memory since when they are busy. */
const SLOTS = 64;
/** A snapshot of its own accord takes at most this part of the time. */
const SNAPSHOT_SHARE = 0.01;
const SHORTEST_SNAPSHOT_INTERVAL_MS = 500;

/** What the serving thread asks. */
export type AgentRequest =
  | { readonly id: number; readonly type: 'snapshot' }
  | { readonly id: number; readonly type: 'cancel'; readonly task: number }
  | {
      readonly id: number;
      readonly type: 'trace';
      readonly seconds: number;
      readonly whenLag: number | null;
    };

/** What it is sent. */
export interface AgentSnapshot {
  readonly loops: readonly LoopSnapshot[];
  /** Which loop says in which slot of the shared memory since when it is busy. */
  readonly slots: Readonly<Record<number, number>>;
}

/**
 * The part of an inspector that lives in the thread of the loops: it answers what the serving thread asks, and notes in shared memory since
 * when each loop is busy, so that the other thread sees that it is blocked.
 */
export class Agent {
  /** When each loop has begun to be busy: milliseconds of `wallTime()`; 0 while it polls. */
  readonly shared = new SharedArrayBuffer(SLOTS * Float64Array.BYTES_PER_ELEMENT);
  readonly #busySince = new Float64Array(this.shared);
  readonly #port: MessagePort;
  readonly #instruments: [loop: CoreEventLoop, instrument: Instrument][] = [];
  readonly #slots: Record<number, number> = {};
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(port: MessagePort) {
    this.#port = port;
    for (const loop of loopRegistry.loops()) this.#watch(loop as CoreEventLoop);
    loopRegistry.onLoop((loop) => this.#watch(loop as CoreEventLoop));
    port.on('message', (request: AgentRequest) => void this.#answer(request));
    port.unref();
    this.#push();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const [loop, instrument] of this.#instruments) loop.removeInstrument(instrument);
    this.#port.close();
  }

  #watch(loop: CoreEventLoop): void {
    const slot = this.#instruments.length;
    if (this.#isClosed || slot >= SLOTS) return;
    const busySince = this.#busySince;
    const instrument: Instrument = {
      beforePoll() {
        busySince[slot] = 0;
      },
      afterPoll() {
        busySince[slot] = wallTime();
      },
    };
    if (loop.isRunning()) busySince[slot] = wallTime();
    loop.addInstrument(instrument);
    this.#instruments.push([loop, instrument]);
    const [snapshot] = loopRegistry.snapshot().filter((_one, index) => loopRegistry.loops()[index] === loop);
    if (snapshot !== undefined) this.#slots[snapshot.id] = slot;
  }

  /** What is in the loops, from time to time: it is the last that is known of a loop that is blocked. */
  #push(): void {
    const began = readClock();
    this.#port.postMessage({ type: 'snapshot', snapshot: this.#snapshot() });
    const took = readClock() - began;
    const wait = Math.max(SHORTEST_SNAPSHOT_INTERVAL_MS, took / SNAPSHOT_SHARE);
    this.#timer = setTimeout(() => this.#push(), wait);
    this.#timer.unref();
  }

  #snapshot(): AgentSnapshot {
    return { loops: loopRegistry.snapshot(), slots: { ...this.#slots } };
  }

  async #answer(request: AgentRequest): Promise<void> {
    const { id } = request;
    try {
      this.#port.postMessage({ type: 'answer', id, value: await this.#do(request) });
    } catch (error) {
      this.#port.postMessage({
        type: 'answer',
        id,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }

  async #do(request: AgentRequest): Promise<unknown> {
    switch (request.type) {
      case 'snapshot':
        return this.#snapshot();
      case 'cancel':
        return loopRegistry.cancel(request.task);
      case 'trace': {
        const loop = loopRegistry.loops().find((one) => one.isRunning());
        if (loop === undefined) throw new Error('no loop runs');
        const sink = textSink();
        const recorder = recordTrace(sink.stream, { loop, whenLag: request.whenLag });
        await new Promise((resolve) => setTimeout(resolve, request.seconds * 1000));
        await recorder.close();
        return sink.text;
      }
    }
  }
}

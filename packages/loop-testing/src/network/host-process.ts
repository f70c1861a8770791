import { type Context, ContextVar, copyContext } from '@bight/contextvars';
import type { SocketLike } from '@bight/loop-abstract';
import type { QueuedTurn } from '@bight/loop-core/low-level';
import { kVanish } from '../internals.js';
import { currentHost } from './current-host.js';
import type { SimulatedHost } from './simulated-host.js';

/** A socket of a process. */
export interface HostResource {
  readonly socket: SocketLike;
  close(): void;
  [kVanish](): void;
}

/** How slow a host is. */
export interface HostPace {
  /** Calls back when a turn that begins now is over. */
  afterTurn(over: () => void): void;
}

/** What runs on a host from one start to the next crash: what is begun in it dies with it. */
export class HostProcess {
  readonly host: SimulatedHost;
  /** The context in which nothing but the host is known: for what the system calls. */
  readonly context: Context;
  /** What the system schedules those calls with. */
  readonly callOptions: { readonly context: Context };
  isDead = false;
  /** What it has open. */
  readonly resources = new Set<HostResource>();
  /** How slow its host is; `null`: its turns take no time. */
  pace: HostPace | null;
  /** What got ready and may not run yet, in its order. */
  #kept: QueuedTurn[] = [];
  #isPaused = false;
  #isBusy = false;
  #isReleasing = false;

  constructor(host: SimulatedHost, pace: HostPace | null) {
    this.host = host;
    this.pace = pace;
    this.context = copyContext();
    this.callOptions = { context: this.context };
    this.context.run(() => {
      currentHost.set(host);
      currentProcess.set(this);
    });
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Keeps back what gets ready. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Queues everything that was kept back. */
  resume(): void {
    this.#isPaused = false;
    this.#release();
  }

  /** Nothing of it runs any more. */
  die(): void {
    this.isDead = true;
    this.#isPaused = false;
    this.#kept = [];
  }

  /**
   * Whether a turn may be taken.
   *
   * @param isQueued - whether it was taken, and is checked once more
   */
  admits(turn: QueuedTurn, isQueued: boolean): boolean {
    if (this.isDead) return false;
    if (this.#isReleasing) return true;
    if (!this.#isPaused && (isQueued || (!this.#isBusy && this.#kept.length === 0))) {
      if (!isQueued) this.#begin();
      return true;
    }
    this.#kept.push(turn);
    return false;
  }

  /** A turn begins: a slow host takes no other one until it is over. */
  #begin(): void {
    const { pace } = this;
    if (pace === null) return;
    this.#isBusy = true;
    pace.afterTurn(() => {
      this.#isBusy = false;
      this.#release();
    });
  }

  #release(): void {
    while (!this.#isPaused && !this.#isBusy) {
      const turn = this.#kept.shift();
      if (turn === undefined) return;
      this.#isReleasing = true;
      turn.enqueue();
      this.#isReleasing = false;
      this.#begin();
    }
  }
}

/** The process whose code runs now. */
export const currentProcess = new ContextVar<HostProcess | null>('simulated process', { default: null });

/** Decides what may run in a loop: each turn belongs to the process in whose context it was made. */
export class ProcessGate {
  /** Whether a process was paused or has died, so far. */
  isNeeded = false;
  /** Whether what is ready is checked once more. */
  isSweeping = false;

  readonly admits = (turn: QueuedTurn): boolean =>
    !this.isNeeded || (turn.context?.get(currentProcess, null)?.admits(turn, this.isSweeping) ?? true);
}

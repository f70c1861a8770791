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
  #kept: QueuedTurn[] | null = null;

  constructor(host: SimulatedHost) {
    this.host = host;
    this.context = copyContext();
    this.callOptions = { context: this.context };
    this.context.run(() => {
      currentHost.set(host);
      currentProcess.set(this);
    });
  }

  get isPaused(): boolean {
    return this.#kept !== null;
  }

  /** Keeps back what gets ready. */
  pause(): void {
    this.#kept ??= [];
  }

  /** Queues everything that was kept back. */
  resume(): void {
    const kept = this.#kept ?? [];
    this.#kept = null;
    for (const turn of kept) turn.enqueue();
  }

  /** Nothing of it runs any more. */
  die(): void {
    this.isDead = true;
    this.#kept = null;
  }

  /** Whether a turn may be taken. */
  admits(turn: QueuedTurn): boolean {
    if (this.isDead) return false;
    if (this.#kept === null) return true;
    this.#kept.push(turn);
    return false;
  }
}

/** The process whose code runs now. */
export const currentProcess = new ContextVar<HostProcess | null>('simulated process', { default: null });

/** Decides what may run in a loop: each turn belongs to the process in whose context it was made. */
export class ProcessGate {
  /** Whether a process was paused or has died, so far. */
  isNeeded = false;

  readonly admits = (turn: QueuedTurn): boolean =>
    !this.isNeeded || (turn.context?.get(currentProcess, null)?.admits(turn) ?? true);
}

import type { SchedulingLoop } from '@bight/loop-abstract';
import { enqueueFromHost } from '@bight/loop-core/low-level';

// Taken at import: under fake timers, which replace the global functions, a loop runs in real time.
const { setImmediate } = globalThis;

/**
 * New connections, on both of their ends, on their way into the loop.
 *
 * When a program connects to itself, both ends are ready in the same turn of the host. asyncio's selector then sees the
 * listening socket first and handles both in one iteration; so here they are gathered until the host has reported all
 * that it has, and queued together.
 */
export class Arrivals {
  readonly #loop: SchedulingLoop;
  #accepted: (() => void)[] = [];
  #connected: (() => void)[] = [];
  #isScheduled = false;

  constructor(loop: SchedulingLoop) {
    this.#loop = loop;
  }

  /** A listening socket has accepted a connection. */
  accepted(deliver: () => void): void {
    this.#accepted.push(deliver);
    this.#schedule();
  }

  /** A socket is connected. */
  connected(deliver: () => void): void {
    this.#connected.push(deliver);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#flush);
  }

  readonly #flush = (): void => {
    const all = [...this.#accepted, ...this.#connected];
    this.#accepted = [];
    this.#connected = [];
    this.#isScheduled = false;
    for (const deliver of all) enqueueFromHost(this.#loop, deliver, undefined, undefined);
  };
}

import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { clearTimeout, setTimeout } from 'node:timers';
import { descriptorLimit } from './descriptor-limit.js';

/**
 * How long after a connection the listener checks whether descriptors are left: once for all connections in between.
 */
const LOOK_MS = 100;
/** How often the listener checks whether a shortage is over. */
const LOOK_AGAIN_MS = 1000;

/**
 * Notices that this process has no descriptor left. libuv then accepts connections and closes them, and reports
 * nothing. The number of the last free descriptor may be any, so the listener tries to open a file.
 */
export class Shortage {
  readonly #report: () => void;
  #isLasting = false;
  #timer: NodeJS.Timeout | null = null;

  /** @param report - called once at the beginning of every shortage */
  constructor(report: () => void) {
    this.#report = report;
  }

  /** A connection took a descriptor. */
  taken(fd: number): void {
    // The system gives out the lowest number that is free: after the highest there is none.
    if (fd >= descriptorLimit() - 1) this.#begin();
    else if (this.#timer === null) this.#lookAfter(LOOK_MS);
  }

  /** Stops checking. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #begin(): void {
    const isFirst = !this.#isLasting;
    this.#isLasting = true;
    this.stop();
    this.#lookAfter(LOOK_AGAIN_MS);
    if (isFirst) this.#report();
  }

  #lookAfter(ms: number): void {
    this.#timer = setTimeout(() => this.#look(), ms).unref();
  }

  #look(): void {
    this.#timer = null;
    if (isExhausted()) this.#begin();
    else this.#isLasting = false;
  }
}

function isExhausted(): boolean {
  try {
    closeSync(openSync(devNull, 'r'));
    return false;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EMFILE' || code === 'ENFILE';
  }
}

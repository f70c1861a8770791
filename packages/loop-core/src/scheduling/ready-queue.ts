import { kIsAwaiter } from '../internals.js';
import type { Runnable } from './runnable.js';

const INITIAL_CAPACITY = 64;

/**
 * First in, first out: a ring buffer whose capacity is a power of two, so that wrapping is one mask.
 *
 * @internal
 */
export class ReadyQueue {
  #slots: (Runnable | undefined)[] = new Array(INITIAL_CAPACITY).fill(undefined);
  #mask = INITIAL_CAPACITY - 1;
  #head = 0;
  #tail = 0;

  /** How many runnables wait. */
  length = 0;

  push(runnable: Runnable): void {
    this.#slots[this.#tail] = runnable;
    this.#tail = (this.#tail + 1) & this.#mask;
    if (++this.length > this.#mask) this.#grow();
  }

  /** Takes the oldest runnable out. The queue must not be empty. */
  shift(): Runnable {
    const head = this.#head;
    const runnable = this.#slots[head] as Runnable;
    this.#slots[head] = undefined;
    this.#head = (head + 1) & this.#mask;
    this.length--;
    return runnable;
  }

  /** Puts one back to the front. */
  unshift(runnable: Runnable): void {
    this.#head = (this.#head - 1) & this.#mask;
    this.#slots[this.#head] = runnable;
    if (++this.length > this.#mask) this.#grow();
  }

  /**
   * Puts those of the oldest `count` runnables that are steps of coroutines into a random order, in the places that
   * they had.
   */
  shuffleSteps(count: number, random: () => number): void {
    const places: number[] = [];
    for (let i = 0; i < count; i++) {
      const place = (this.#head + i) & this.#mask;
      if (this.#slots[place]?.[kIsAwaiter]) places.push(place);
    }
    for (let left = places.length; left > 1; left--) {
      const one = places[left - 1] as number;
      const other = places[Math.floor(random() * left)] as number;
      [this.#slots[one], this.#slots[other]] = [this.#slots[other], this.#slots[one]];
    }
  }

  /** Puts other runnables into the places of some. */
  protected replace(change: (runnable: Runnable) => Runnable): void {
    for (let i = 0; i < this.length; i++) {
      const place = (this.#head + i) & this.#mask;
      this.#slots[place] = change(this.#slots[place] as Runnable);
    }
  }

  /** Those that wait, oldest first. */
  toArray(): Runnable[] {
    const runnables: Runnable[] = [];
    for (let i = 0; i < this.length; i++)
      runnables.push(this.#slots[(this.#head + i) & this.#mask] as Runnable);
    return runnables;
  }

  clear(): void {
    this.#slots = new Array(INITIAL_CAPACITY).fill(undefined);
    this.#mask = INITIAL_CAPACITY - 1;
    this.#head = 0;
    this.#tail = 0;
    this.length = 0;
  }

  #grow(): void {
    const { length } = this;
    const slots: (Runnable | undefined)[] = new Array(length * 2).fill(undefined);
    for (let i = 0; i < length; i++) slots[i] = this.#slots[(this.#head + i) & this.#mask];
    this.#slots = slots;
    this.#mask = length * 2 - 1;
    this.#head = 0;
    this.#tail = length;
  }
}

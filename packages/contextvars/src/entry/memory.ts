import type { AsyncResource } from 'node:async_hooks';
import type { Context } from '../context.js';

/** One way into a context. */
export interface Door {
  /** Restores the frame that is inside. */
  readonly resource: AsyncResource;
  /** The identity of that frame. */
  readonly inside: object | undefined;
  /** The context that is current outside. */
  readonly outer: Context;
  /** The event loop inside. */
  readonly loop: object | null;
}

/**
 * The doors of a context by the place they lead in from: the identity of an asynchronous context frame. The places are held
 * weakly, and a door is held by its place, because it leads on to everything that was stored there: a context that lives long
 * remembers nothing of the requests and tasks that entered it, nor the context that it was derived from.
 */
export class EntryMemory {
  readonly #doors = new WeakMap<object, Door>();
  /** The door from where no storage has a value. */
  #doorFromNothing: Door | undefined;
  /** How often in a row there was no door; for a context that is entered from ever new places, making them does not pay. */
  #misses = 0;

  /** The door from a place. */
  find(place: object | undefined): Door | undefined {
    const door = place === undefined ? this.#doorFromNothing : this.#doors.get(place);
    this.#misses = door === undefined ? this.#misses + 1 : 0;
    return door;
  }

  /** Whether it is worth while to make a door after one was not found. */
  get pays(): boolean {
    return this.#misses < 4 || this.#misses % 16 === 0;
  }

  /** Remembers a door. */
  add(place: object | undefined, door: Door): void {
    if (place === undefined) this.#doorFromNothing = door;
    else this.#doors.set(place, door);
  }
}

import { native } from '../binding/load.js';
import type { BaseSelector } from '../selectors/base-selector.js';

/** As in `native/engine.h`. */
const SOURCE_SELECTOR = 1;
const SOURCE_WAKE_UP = 2;
const MODE_READY = 0;
const READ = 1;

/**
 * A selector that the caller gave to an engine, and that decides readiness in the place of the engine's poller.
 *
 * It is asked without waiting, because a wait would block the whole loop. The engine's poller says when to ask: it
 * watches the selector's own descriptor (epoll, kqueue) or, where there is none, the descriptors that the selector
 * watches.
 */
export class UserSelector {
  readonly #selector: BaseSelector;
  readonly #engine: number;
  readonly #source: number;
  /** What each slot is registered for. */
  readonly #registered: number[] = [];

  constructor(selector: BaseSelector, engine: number) {
    this.#selector = selector;
    this.#engine = engine;
    const { fileno } = selector as { fileno?: () => number };
    this.#source = fileno === undefined ? SOURCE_WAKE_UP : SOURCE_SELECTOR;
    if (fileno === undefined) return;
    const { engineWatch, engineSource, engineInterest } = native();
    const slot = engineWatch(engine, fileno.call(selector), MODE_READY, 0);
    engineSource(engine, slot, SOURCE_WAKE_UP);
    engineInterest(engine, slot, MODE_READY, READ);
  }

  /** Makes the selector report a new slot, which is not watched yet. */
  adopt(slot: number): void {
    this.#registered[slot] = 0;
    native().engineSource(this.#engine, slot, this.#source);
  }

  /**
   * Watches a slot for something else.
   *
   * @throws what the selector throws
   */
  update(slot: number, fd: number, interest: number): void {
    const before = this.#registered[slot] ?? 0;
    if (before === interest) return;
    const selector = this.#selector;
    const key = selector.getMap()?.get(fd);
    // The number may stand for another descriptor than it did, with another owner.
    const isOurs = key?.data === slot;
    if (interest === 0) {
      if (isOurs) selector.unregister(fd);
    } else if (isOurs) selector.modify(fd, interest, { data: slot });
    else {
      if (key !== undefined) selector.unregister(fd);
      selector.register(fd, interest, { data: slot });
    }
    this.#registered[slot] = interest;
  }

  /** What is ready, as pairs of slot and events. */
  ready(): Int32Array {
    const pairs: number[] = [];
    for (const [{ data }, events] of this.#selector.select(0)) {
      if (typeof data === 'number' && this.#registered[data]) pairs.push(data, events);
    }
    return Int32Array.from(pairs);
  }

  /** Closes the selector. */
  close(): void {
    this.#selector.close();
  }
}

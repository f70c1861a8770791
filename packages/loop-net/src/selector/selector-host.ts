import { type AbstractEventLoop, NotImplementedError } from '@bight/loop-abstract';
import { typeError } from '@bight/loop-abstract/validate';
import { type Host, NodeHost } from '@bight/loop-core';
import { BaseSelector, isAvailable, unavailableReason } from '@bight/sockets';
import { EventEngine } from '@bight/sockets/engine';
import { kEngine } from '../internals.js';
import { LoopHooks } from './engine-hooks.js';

/**
 * The host of a loop that stands on a selector (epoll or kqueue): sockets and timers come from one descriptor, with one call
 * for everything that has happened. Timers are finer than a millisecond.
 */
export class SelectorHost extends NodeHost implements Host {
  readonly #hooks = new AlarmHooks(null);
  readonly #selector: BaseSelector | null;

  /**
   * @param selector what says which descriptors are ready, instead of the best of the platform; closed with the loop
   * @throws {NotImplementedError} where `@bight/sockets` is not available
   * @throws {TypeError} for something else than a selector of `@bight/sockets`
   */
  constructor(selector?: BaseSelector | null) {
    super();
    if (!isAvailable()) {
      throw new NotImplementedError(`a selector loop is not possible here: ${unavailableReason()}`);
    }
    if (selector !== undefined && selector !== null && !(selector instanceof BaseSelector)) {
      throw typeError('selector', 'a selector of @bight/sockets', selector);
    }
    this.#selector = selector ?? null;
  }

  /** What watches the loop's descriptors. @internal */
  get [kEngine](): EventEngine {
    this.#hooks.engine ??= new EventEngine(this.#hooks, this.#selector);
    return this.#hooks.engine;
  }

  /** Called by the loop that is made on this host. */
  attach(loop: AbstractEventLoop): void {
    this.#hooks.loop = loop;
  }

  /** Sets the engine's timer. `when` is in **seconds**, on the clock of `time()`. */
  override setAlarm(when: number, callback: () => void): void {
    this.#hooks.alarm = callback;
    this[kEngine].setTimer(when - this.time());
  }

  /** Forgets the alarm. */
  override clearAlarm(): void {
    if (this.#hooks.alarm === null) return;
    this.#hooks.alarm = null;
    this[kEngine].setTimer(null);
  }

  /** Begins to tell what happens, and keeps the process alive. */
  override hold(): void {
    this[kEngine].start({ keepAlive: true });
  }

  /** Tells nothing any more, and lets the process end. What happens meanwhile is not lost. */
  override release(): void {
    this.#hooks.engine?.stop();
  }

  /** Gives the engine back. */
  close(): void {
    if (this.#hooks.engine === null) this.#selector?.close();
    else this.#hooks.engine.close();
  }
}

class AlarmHooks extends LoopHooks {
  alarm: (() => void) | null = null;

  override timer(): void {
    const { alarm } = this;
    this.alarm = null;
    alarm?.();
  }
}

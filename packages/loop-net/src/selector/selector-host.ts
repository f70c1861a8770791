import { type AbstractEventLoop, NotImplementedError } from '@bight/loop-abstract';
import { typeError } from '@bight/loop-abstract/validate';
import type { Host } from '@bight/loop-core';
import { NodeHost } from '@bight/loop-core/low-level';
import type { BaseSelector } from '@bight/sockets';
import type { EventEngine } from '@bight/sockets/low-level';
import { kEngine } from '../internals.js';
import { nativeParts, unavailableReason } from '../native/native-parts.js';
import { LoopHooks } from './engine-hooks.js';
import type { UserSelector } from './user-selector.js';

/**
 * The host of a loop that stands on a selector (epoll or kqueue): sockets and timers come from one descriptor, with one
 * call for everything that has happened. Timers are finer than a millisecond.
 */
export class SelectorHost extends NodeHost implements Host {
  readonly #hooks = new AlarmHooks(null);
  readonly #selector: UserSelector | null;

  /**
   * @param selector - decides which descriptors are ready, instead of the platform's best; closed with the loop
   * @throws {NotImplementedError} where `@bight/sockets` is not available
   * @throws {TypeError} for something else than a selector of `@bight/sockets`
   */
  constructor(selector?: UserSelector | null) {
    super();
    const reason = unavailableReason();
    if (reason !== null) throw new NotImplementedError(`a selector loop is not possible here: ${reason}`);
    if (selector !== undefined && selector !== null && !nativeParts().isSelector(selector)) {
      throw typeError('selector', 'a selector of @bight/sockets', selector);
    }
    this.#selector = selector ?? null;
  }

  /**
   * What watches the loop's descriptors, an `EventEngine`: not in this declaration, because `@bight/sockets` may be
   * missing. @internal
   */
  get [kEngine](): object {
    return this.#engine;
  }

  /** Called by the loop that is made on this host. */
  attach(loop: AbstractEventLoop): void {
    this.#hooks.loop = loop;
  }

  /** Sets the engine's timer. `when` is in **seconds**, on the clock of `time()`. */
  override setAlarm(when: number, callback: () => void): void {
    this.#hooks.alarm = callback;
    this.#engine.setTimer(when - this.time());
  }

  /** Forgets the alarm. */
  override clearAlarm(): void {
    if (this.#hooks.alarm === null) return;
    this.#hooks.alarm = null;
    this.#engine.setTimer(null);
  }

  /** Begins to deliver events, and keeps the process alive. */
  override hold(): void {
    this.#engine.start({ keepAlive: true });
  }

  /** Stops delivering events, and lets the process end. What happens meanwhile is kept. */
  override release(): void {
    this.#hooks.engine?.stop();
  }

  /** Gives the engine back. */
  close(): void {
    if (this.#hooks.engine === null) this.#selector?.close();
    else this.#hooks.engine.close();
  }

  get #engine(): EventEngine {
    this.#hooks.engine ??= nativeParts().createEngine(this.#hooks, this.#selector as BaseSelector | null);
    return this.#hooks.engine;
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

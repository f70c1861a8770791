import type { AbstractEventLoop } from './abstract-event-loop.js';

/**
 * Decides which loop is current where none runs, and which class a new loop has.
 *
 * Stands for `asyncio.AbstractEventLoopPolicy`, without its child watchers (deprecated there, and Node reaps).
 */
export interface EventLoopPolicy {
  /**
   * The loop for where none runs. Stands for `AbstractEventLoopPolicy.get_event_loop()`.
   *
   * @throws {RuntimeError} when there is none and the policy makes none
   */
  getEventLoop(): AbstractEventLoop;

  /** Makes `loop` that loop; `null` takes it away. Stands for `AbstractEventLoopPolicy.set_event_loop(loop)`. */
  setEventLoop(loop: AbstractEventLoop | null): void;

  /** Makes a loop, without making it current. Stands for `AbstractEventLoopPolicy.new_event_loop()`. */
  newEventLoop(): AbstractEventLoop;
}

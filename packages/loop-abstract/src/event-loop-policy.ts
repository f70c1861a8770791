import type { AbstractEventLoop } from './abstract-event-loop.js';

/**
 * Decides which loop is current where none runs, and which class a new loop has.
 *
 * It has no child watchers: Node reaps children.
 *
 * @python asyncio.AbstractEventLoopPolicy
 */
export interface EventLoopPolicy {
  /**
   * The loop that is current where none runs.
   *
   * @throws {RuntimeError} when there is none and the policy makes none
   * @python asyncio.AbstractEventLoopPolicy.get_event_loop()
   */
  getEventLoop(): AbstractEventLoop;

  /**
   * Makes `loop` that loop; `null` takes it away.
   *
   * @python asyncio.AbstractEventLoopPolicy.set_event_loop()
   */
  setEventLoop(loop: AbstractEventLoop | null): void;

  /**
   * Makes a loop, without making it current.
   *
   * @python asyncio.AbstractEventLoopPolicy.new_event_loop()
   */
  newEventLoop(): AbstractEventLoop;
}

/**
 * Helps to find mistakes.
 *
 * Stands for the section "Enabling debug mode" of the reference.
 */
export interface DebugLoop {
  /**
   * Whether the loop is in debug mode; at first, whether the environment variable `BIGHT_DEBUG` is set and not empty.
   * Stands for `loop.get_debug()`.
   */
  getDebug(): boolean;

  /** Turns debug mode on or off. Stands for `loop.set_debug(enabled)`. */
  setDebug(enabled: boolean): void;

  /**
   * In debug mode, callbacks that take longer than this many seconds are reported; 0.1 at first.
   * Stands for `loop.slow_callback_duration`.
   */
  slowCallbackDuration: number;
}

/**
 * Helps to find mistakes.
 *
 * The reference's section "Enabling debug mode".
 */
export interface DebugLoop {
  /**
   * Whether the loop is in debug mode; at first, whether the environment variable `BIGHT_DEBUG` is set and not empty.
   *
   * @python loop.get_debug()
   */
  getDebug(): boolean;

  /**
   * Turns debug mode on or off.
   *
   * @python loop.set_debug()
   */
  setDebug(enabled: boolean): void;

  /**
   * In debug mode, callbacks that take longer than this many seconds are reported; 0.1 at first.
   *
   * @python loop.slow_callback_duration
   */
  slowCallbackDuration: number;
}

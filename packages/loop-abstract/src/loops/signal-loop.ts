/**
 * Handles signals of the process.
 *
 * The reference's section "Unix signals".
 */
export interface SignalLoop {
  /**
   * The loop calls `callback` when a signal comes; it replaces an earlier one.
   *
   * @param signal - its name or number
   * @param callback - what to call
   * @param args - its arguments
   * @throws {ValueError} when there is no such signal, or it cannot be caught
   * @throws {RuntimeError} off the main thread, or when the handler cannot be set up
   * @python loop.add_signal_handler()
   */
  addSignalHandler<A extends unknown[]>(
    signal: NodeJS.Signals | number,
    callback: (...args: A) => unknown,
    args?: readonly [...A] | null,
  ): void;

  /**
   * Removes the handler of a signal.
   *
   * @param signal - its name or number
   * @returns whether there was one
   * @throws {ValueError} when there is no such signal, or it cannot be caught
   * @python loop.remove_signal_handler()
   */
  removeSignalHandler(signal: NodeJS.Signals | number): boolean;
}

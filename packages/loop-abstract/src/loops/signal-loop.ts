/**
 * Handles signals of the process.
 *
 * Stands for the section "Unix signals" of the reference.
 */
export interface SignalLoop {
  /**
   * Has `callback` called, by the loop, when a signal comes; it replaces an earlier one.
   * Stands for `loop.add_signal_handler(signum, callback, *args)`.
   *
   * @param signal its name or number
   * @param callback what to call
   * @param args its arguments
   * @throws {ValueError} when there is no such signal, or it cannot be caught
   * @throws {RuntimeError} off the main thread, or when the handler cannot be set up
   */
  addSignalHandler<A extends unknown[]>(
    signal: NodeJS.Signals | number,
    callback: (...args: A) => unknown,
    args?: readonly [...A] | null,
  ): void;

  /**
   * Removes the handler of a signal. Stands for `loop.remove_signal_handler(sig)`.
   *
   * @param signal its name or number
   * @returns whether there was one
   * @throws {ValueError} when there is no such signal, or it cannot be caught
   */
  removeSignalHandler(signal: NodeJS.Signals | number): boolean;
}

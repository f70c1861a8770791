import type { MessagePort } from 'node:worker_threads';

/**
 * Lets other threads call into the loop.
 *
 * In JavaScript a worker thread has no access to the objects of another one, so it gets a port instead.
 *
 * @python loop.call_soon_threadsafe()
 */
export interface ThreadsafeLoop {
  /**
   * Makes functions callable from another thread: there, `connectThreadsafe(port)` gives an object with the same
   * methods, each returning a promise of the result.
   *
   * @param api - the functions; they run on this loop
   * @returns a port to transfer to the other thread
   */
  exposeThreadsafe(api: Record<string, (...args: never[]) => unknown>): MessagePort;
}

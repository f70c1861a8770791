import { moduleAddress } from '@bight/executors/low-level';
import { getRunningLoop, run } from '@bight/loop-core';
import { checkServeOptions, type ServeOptions } from './serve-options.js';
import { Supervisor } from './supervisor.js';

/**
 * Serves a module's server with several processes or threads, on the same ports.
 *
 * Each worker runs the module's default export, `async () => Server`, as the main task of a loop of its own, and serves
 * once that has resolved. The sockets are bound once, here, and shared: port 0 is the same port for all workers. A
 * worker that ends is replaced, after a while that doubles each time. SIGHUP replaces one worker after the other: the
 * new one serves before the old one leaves, and no connection is refused or reset. On SIGTERM and SIGINT the workers
 * leave: they accept no more, and their connections have `grace` seconds to end.
 *
 * The counterpart of Python's gunicorn. Can be called within a running loop and without one.
 *
 * @param moduleUrl - the address of the module: `new URL('./server.js', import.meta.url)`, or an absolute path
 * @param options - see `ServeOptions`
 * @returns resolves after SIGTERM, once all workers have ended
 * @throws {TypeError} for an unknown option, and a value of the wrong type
 * @throws {ValueError} for an impossible value
 * @throws {NotImplementedError} without `@bight/sockets`
 * @throws what a worker throws when it starts for the first time
 */
export async function serve(moduleUrl: URL | string, options?: ServeOptions | null): Promise<void> {
  const url = moduleAddress(moduleUrl);
  const checked = checkServeOptions(options);
  const supervise = () => new Supervisor(url, checked).run();
  if (isInLoop()) await supervise();
  else await run(supervise);
}

function isInLoop(): boolean {
  try {
    getRunningLoop();
    return true;
  } catch {
    return false;
  }
}

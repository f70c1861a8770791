import type { HangupWatcher } from './hangup-watcher.js';
import type { SubprocessHostLoop } from './host-loop.js';
import type { OpenResources } from './open-resources.js';

/** One loop and what is open in it. */
export interface Environment {
  readonly loop: SubprocessHostLoop;
  readonly resources: OpenResources;
  readonly hangups: HangupWatcher;
}

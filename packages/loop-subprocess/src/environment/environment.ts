import type { DebugLoop, ErrorHandlingLoop, SchedulingLoop, TaskLoop } from '@bight/loop-abstract';
import type { HangupWatcher } from './hangup-watcher.js';
import type { OpenResources } from './open-resources.js';

/**
 * What a loop must have so that subprocesses and pipes can be added to it. Debug mode is used where it exists.
 */
export type SubprocessHostLoop = SchedulingLoop & TaskLoop & ErrorHandlingLoop & Partial<DebugLoop>;

/** One loop and what is open in it. */
export interface Environment {
  readonly loop: SubprocessHostLoop;
  readonly resources: OpenResources;
  readonly hangups: HangupWatcher;
}

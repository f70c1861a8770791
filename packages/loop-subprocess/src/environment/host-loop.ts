import type { DebugLoop, ErrorHandlingLoop, SchedulingLoop, TaskLoop } from '@bight/loop-abstract';

/**
 * What a loop must have so that subprocesses and pipes can be added to it. Debug mode is asked for where it exists.
 */
export type SubprocessHostLoop = SchedulingLoop & TaskLoop & ErrorHandlingLoop & Partial<DebugLoop>;

import type { Capabilities } from '@bight/loop-abstract';
import type { CaseDefinition } from '../case.js';
import { callSoonCases } from './call-soon.js';
import { callSoonThreadsafeCases } from './call-soon-threadsafe.js';
import { debugCases } from './debug.js';
import { errorHandlingCases } from './error-handling.js';
import { executorCases } from './executors.js';
import { futureCases } from './futures.js';
import { runningCases } from './running.js';
import { cancellationCases, taskCases } from './tasks.js';
import { threadsafeCases } from './threadsafe.js';
import { timerCases } from './timers.js';

/** Every case, by capability. */
export const allCases: { readonly [Name in keyof Capabilities]: readonly CaseDefinition[] } = {
  SchedulingLoop: [...runningCases, ...callSoonCases, ...callSoonThreadsafeCases, ...timerCases],
  TaskLoop: [...futureCases, ...taskCases, ...cancellationCases],
  ErrorHandlingLoop: errorHandlingCases,
  DebugLoop: debugCases,
  ExecutorLoop: executorCases,
  ThreadsafeLoop: threadsafeCases,
  NetLoop: [],
  SocketLoop: [],
  ReadinessLoop: [],
  PipeLoop: [],
  SubprocessLoop: [],
  SignalLoop: [],
};

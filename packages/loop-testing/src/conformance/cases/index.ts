import type { Capabilities } from '@bight/loop-abstract/low-level';
import type { CaseDefinition } from '../case.js';
import { callSoonCases } from './call-soon.js';
import { callSoonThreadsafeCases } from './call-soon-threadsafe.js';
import { debugCases } from './debug.js';
import { errorHandlingCases } from './error-handling.js';
import { executorCases } from './executors.js';
import { combinatorCases } from './functions/combinators.js';
import { groupCases } from './functions/groups.js';
import { madeByHandCases } from './functions/made-by-hand.js';
import { coreTaskCases, ownTaskCases, programCases } from './functions/programs.js';
import { scopeCases } from './functions/scopes.js';
import { taskifyCases } from './functions/taskify.js';
import { futureCases } from './futures.js';
import { netCases } from './net/index.js';
import { pipeCases } from './pipes.js';
import { runningCases } from './running.js';
import { signalCases } from './signals.js';
import { readinessCases, socketCases } from './sockets.js';
import { subprocessCases } from './subprocesses.js';
import { allTaskCases } from './tasks/index.js';
import { threadsafeCases } from './threadsafe.js';
import { timerCases } from './timers.js';

/** Every case, by capability. */
export const allCases: { readonly [Name in keyof Capabilities]: readonly CaseDefinition[] } = {
  SchedulingLoop: [...runningCases, ...callSoonCases, ...callSoonThreadsafeCases, ...timerCases],
  TaskLoop: [
    ...futureCases,
    ...allTaskCases,
    ...combinatorCases,
    ...madeByHandCases,
    ...programCases,
    ...coreTaskCases,
    ...scopeCases,
    ...groupCases,
    ...taskifyCases,
    ...ownTaskCases,
  ],
  ErrorHandlingLoop: errorHandlingCases,
  DebugLoop: debugCases,
  ExecutorLoop: executorCases,
  ThreadsafeLoop: threadsafeCases,
  NetLoop: netCases,
  SocketLoop: socketCases,
  ReadinessLoop: readinessCases,
  PipeLoop: pipeCases,
  SubprocessLoop: subprocessCases,
  SignalLoop: signalCases,
};

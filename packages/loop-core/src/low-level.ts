/**
 * For authors of loops and drivers: what programs need not know of the event loop.
 *
 * `Future`, `Task`, `Handle` and `TimerHandle` are the classes themselves here, as types too; the package's main entry has them under
 * types that futures, tasks and handles of other loops fit as well.
 *
 * @packageDocumentation
 */
export { nextTurn } from './combinators/sleep.js';
export { Future } from './futures/future.js';
export { Handle, TimerHandle } from './scheduling/handle.js';
export { isTurnSpent } from './scheduling/turn-budget.js';
export { asError, isOSError, type SystemErrorFields } from './streams/os-error.js';
export { HandOver } from './sync/hand-over.js';
export { WaitQueue } from './sync/wait-queue.js';
export { refusedCall } from './tasks/refusal.js';
export { Task } from './tasks/task.js';

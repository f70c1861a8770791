/**
 * For authors of loops and drivers: what programs need not know of the event loop.
 *
 * `Future`, `Task`, `Handle` and `TimerHandle` are the classes themselves here, as types too; the package's main entry
 * has them under types that futures, tasks and handles of other loops fit as well.
 *
 * @packageDocumentation
 */
export { SignalBond } from './combinators/from-signal.js';
export { nextTurn } from './combinators/sleep.js';
export { inDebugMode } from './debugging/debug-mode.js';
export { trackHandle, untrackHandle } from './debugging/open-handles.js';
export { Future } from './futures/future.js';
export { type Unretrieved, unretrievedOf } from './futures/unretrieved.js';
export { waitsOf } from './graph/awaiters.js';
export type { ExecutorSnapshot, HandleSnapshot } from './graph/handle-snapshot.js';
export { type CoroutineCount, countsOfLoop, type LoopCounts, type TaskState } from './graph/loop-counts.js';
export { type LoopRegistry, loopRegistry } from './graph/loop-registry.js';
export { numberOf } from './graph/numbers.js';
export { escapeControls } from './graph/quote.js';
export { type LoopSnapshot, snapshotOfLoop, type TaskSnapshot } from './graph/snapshot.js';
export type { TaskRange } from './graph/task-page.js';
export { noteQueue, type QueueSnapshot, type WatchedQueue, watchQueues } from './graph/watched-queues.js';
export { createHost } from './hosts/create-host.js';
export { NodeHost } from './hosts/node/node-host.js';
export { WebHost } from './hosts/web/web-host.js';
export { setDefaultExecutorFactory } from './loop/executor.js';
export { type OpenVisitor, visitOpen } from './loop/inspector.js';
export { setDefaultLoopFactory } from './policy/policy.js';
export { callbackCarrier } from './scheduling/callback-carrier.js';
export { callSoonIn } from './scheduling/carried-call.js';
export { enqueueFromHost, enterBatchFromHost, enterFromHost } from './scheduling/enter-from-host.js';
export { EventHandle } from './scheduling/event-handle.js';
export { type Gate, gateLoop, type QueuedTurn } from './scheduling/gated-queue.js';
export { callbackOf, Handle, TimerHandle } from './scheduling/handle.js';
export { isTurnSpent } from './scheduling/turn-budget.js';
export type { StreamChannel, StreamSink } from './streams/channel.js';
export { ConnectionContext } from './streams/connection-context.js';
export { deliverBytes, type Keeper } from './streams/deliver-bytes.js';
export { lendPoisoned, POISON } from './streams/lend-poisoned.js';
export { connectionMade, endWaiter } from './streams/life-cycle.js';
export { asError, isOSError } from './streams/os-error.js';
export { checkReceiveMode, type TransportLoop } from './streams/receiving-core.js';
export {
  coreOf,
  ReadStreamTransport,
  StreamTransport,
  WriteStreamTransport,
} from './streams/stream-transport.js';
export { TransportCore, type TransportOwner, type TransportParts } from './streams/transport-core.js';
export { WaterMarks } from './streams/water-marks.js';
export { HandOver } from './sync/hand-over.js';
export { WaitQueue } from './sync/wait-queue.js';
export { noteSignalReason } from './tasks/cancel-cause.js';
export { ownerTask } from './tasks/current-task.js';
export { InlineWait } from './tasks/inline-wait.js';
export { callPresumedCoroutine } from './tasks/presumed-task.js';
export { refusedCall } from './tasks/refused-call.js';
export { Task } from './tasks/task.js';
export { abandonTask } from './tasks/task-list.js';

/**
 * Python's asyncio for TypeScript: all packages in one, and the high level on top of them.
 *
 * Importing it makes `newEventLoop()`, and with it `run()`, use this package's `EventLoop`, and gives loops a thread
 * pool as their default executor.
 *
 * @packageDocumentation
 */
import { createDefaultExecutor } from '@bight/executors/low-level';
import { setDefaultExecutorFactory, setDefaultLoopFactory } from '@bight/loop-core';
import { EventLoop } from './event-loops.js';

setDefaultLoopFactory(() => new EventLoop());
setDefaultExecutorFactory(createDefaultExecutor);

export * from '@bight/contextvars';
export { setNodeInternals } from '@bight/contextvars/low-level';
export * from '@bight/executors';
export * from '@bight/loop-abstract';
export * from '@bight/loop-core';
// Names that the abstract package has for the interface, and the core for the class.
export { Handle, type TaskOptions, TimerHandle } from '@bight/loop-core';
export {
  createDefaultContext,
  type DefaultContextOptions,
  type KeepsUnread,
  type NetHostLoop,
  SelectorHost,
  Server,
  SSLContext,
  withNet,
  withProactorNet,
  withReadiness,
  withSelectorNet,
} from '@bight/loop-net';
export { openSignalReceiver, SignalReceiver, withSignals } from '@bight/loop-signals';
export { withSubprocess } from '@bight/loop-subprocess';
export * from '@bight/sockets';
export { CapacityLimiter, type CapacityLimiterStatistics } from './channels/capacity-limiter.js';
export {
  type ChannelOptions,
  ChannelReceiver,
  ChannelSender,
  type ChannelStatistics,
  openChannel,
} from './channels/channel.js';
export { EventLoop, ProactorEventLoop, SelectorEventLoop } from './event-loops.js';
export { bindEmitter } from './interop/bind-emitter.js';
export { fromStream } from './interop/from-stream.js';
export { type ByteSource, readFrom } from './interop/read-from.js';
export { toDuplex } from './interop/to-duplex.js';
export { type ByteSink, writeTo } from './interop/write-to.js';
export { LifoQueue } from './queues/lifo-queue.js';
export { PriorityQueue, type PriorityQueueOptions } from './queues/priority-queue.js';
export { Queue, type QueueOptions } from './queues/queue.js';
export { FlowControlProtocol, type WriterProtocol } from './streams/flow-control.js';
export { BufferOverflowError, DEFAULT_MAX_BUFFERED } from './streams/memory-cap.js';
export {
  openConnection,
  openUnixConnection,
  type StreamOptions,
  type StreamPair,
  startServer,
  startUnixServer,
} from './streams/open-streams.js';
export { DEFAULT_LIMIT, StreamReader, type StreamReaderOptions } from './streams/stream-reader.js';
export { type ClientConnectedCallback, StreamReaderProtocol } from './streams/stream-reader-protocol.js';
export {
  StreamWriter,
  type StreamWriterOptions,
  type StreamWriterTransport,
} from './streams/stream-writer.js';
export {
  type CreateSubprocessOptions,
  createSubprocessExec,
  createSubprocessShell,
} from './subprocess/create-subprocess.js';
export { Process } from './subprocess/process.js';
export { Barrier } from './sync/barrier.js';
export { Condition } from './sync/condition.js';
export { Event } from './sync/event.js';
export { Held } from './sync/held.js';
export { Lock } from './sync/lock.js';
export { BoundedSemaphore, Semaphore } from './sync/semaphore.js';

export { KeyError, LookupError, RuntimeError, ValueError } from '@bight/contextvars';
export { AbstractEventLoop } from './abstract-event-loop.js';
export { AbstractServer } from './abstract-server.js';
export { type Address, type InetAddress, isInetAddress, type UnixPath } from './address.js';
export type { AwaitingTask } from './awaiting-task.js';
export { BaseProtocol, type BaseProtocolLike } from './base-protocol.js';
export { BaseTransport } from './base-transport.js';
export type { Constructor } from './constructor.js';
export type {
  Awaitable,
  AwaitableArgument,
  Coroutine,
  CoroutineFunction,
  ResultOf,
} from './coroutine.js';
export type { AddrInfo, GetaddrinfoOptions, GetnameinfoOptions } from './dns.js';
export { BrokenBarrierError } from './errors/broken-barrier-error.js';
export { CancelledError } from './errors/cancelled-error.js';
export {
  BrokenResourceError,
  ClosedResourceError,
  EndOfStream,
  WouldBlock,
} from './errors/channel-errors.js';
export { EOFError } from './errors/eof-error.js';
export { IncompleteReadError } from './errors/incomplete-read-error.js';
export { InvalidStateError } from './errors/invalid-state-error.js';
export { KeyboardInterrupt, SignalInterrupt } from './errors/keyboard-interrupt.js';
export { LimitOverrunError } from './errors/limit-overrun-error.js';
export { NotImplementedError } from './errors/not-implemented-error.js';
export { ProcessLookupError } from './errors/process-lookup-error.js';
export { QueueEmpty, QueueFull, QueueShutDown } from './errors/queue-errors.js';
export { SendfileNotAvailableError } from './errors/sendfile-not-available-error.js';
export { TimeoutError } from './errors/timeout-error.js';
export type { EventLoopPolicy } from './event-loop-policy.js';
export type { ExceptionContext, ExceptionHandler } from './exception-context.js';
export type {
  Executor,
  ExecutorCallable,
  ExecutorFuture,
  ExecutorMapOptions,
  ExecutorShutdownOptions,
  TaskReference,
} from './executor.js';
export type { ExtraInfo, ExtraInfoValue } from './extra-info.js';
export type { FileDescriptorLike, FileSource, HasFileno, PipeSource } from './file.js';
export type { AbstractFuture } from './future.js';
export type { CallOptions, Handle, TimerHandle } from './handle.js';
export type { DebugLoop } from './loops/debug-loop.js';
export type { ErrorHandlingLoop } from './loops/error-handling-loop.js';
export type { ExecutorLoop } from './loops/executor-loop.js';
export type { NetLoop } from './loops/net-loop.js';
export type {
  ConnectAcceptedSocketOptions,
  CreateConnectionOptions,
  CreateDatagramEndpointOptions,
  CreateServerOptions,
  CreateUnixConnectionOptions,
  CreateUnixServerOptions,
  SendfileOptions,
  ServerOptions,
  StartTlsOptions,
} from './loops/net-options.js';
export type { PipeLoop } from './loops/pipe-loop.js';
export type { ReadinessLoop } from './loops/readiness-loop.js';
export type { SchedulingLoop } from './loops/scheduling-loop.js';
export type { SignalLoop } from './loops/signal-loop.js';
export type { SocketLoop } from './loops/socket-loop.js';
export type { SubprocessLoop, SubprocessOptions } from './loops/subprocess-loop.js';
export type { TaskLoop } from './loops/task-loop.js';
export type { ThreadsafeLoop } from './loops/threadsafe-loop.js';
export {
  BufferedProtocol,
  type BufferedProtocolLike,
  isBufferedProtocol,
} from './protocols/buffered-protocol.js';
export { DatagramProtocol, type DatagramProtocolLike } from './protocols/datagram-protocol.js';
export { Protocol, type ProtocolLike } from './protocols/protocol.js';
export type { ProtocolFactory, StreamProtocolLike } from './protocols/protocol-factory.js';
export { SubprocessProtocol, type SubprocessProtocolLike } from './protocols/subprocess-protocol.js';
export type {
  DatagramSocketSource,
  ServerSocketSource,
  SocketLike,
  StreamSocketSource,
} from './socket-like.js';
export { DEVNULL, PIPE, STDOUT, type Stdio } from './stdio.js';
export type { AbstractTask, TaskFactory, TaskOptions } from './task.js';
export type {
  CheckServerIdentity,
  CipherInfo,
  PeerCertificateInfo,
  SSLContextLike,
  SSLContextOptions,
  TlsTimeouts,
} from './tls.js';
export { DatagramTransport } from './transports/datagram-transport.js';
export { ReadTransport, type ReceiveMode } from './transports/read-transport.js';
export { SubprocessTransport } from './transports/subprocess-transport.js';
export { Transport } from './transports/transport.js';
export { type WriteBufferLimits, WriteTransport } from './transports/write-transport.js';

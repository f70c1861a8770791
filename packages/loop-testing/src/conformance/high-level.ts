import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type {
  AbstractEventLoop,
  BaseProtocol,
  Executor,
  Protocol,
  TaskReference,
  Transport,
} from '@bight/loop-abstract';
import type { Future } from '@bight/loop-core';

interface Releasable {
  acquire(): PromiseLike<Disposable>;
  locked(): boolean;
  release(): void;
}

interface QueueLike {
  put(item: unknown): PromiseLike<unknown>;
  get(): PromiseLike<unknown>;
  taskDone(): void;
  join(): PromiseLike<unknown>;
}

interface ReaderLike {
  feedData(data: Buffer): void;
  feedEof(): void;
  readline(): PromiseLike<Buffer>;
  readexactly(count: number): PromiseLike<Buffer>;
  read(): PromiseLike<Buffer>;
}

interface WriterLike {
  write(data: Buffer): void;
  send(data: Buffer): PromiseLike<unknown>;
  close(): void;
  waitClosed(): PromiseLike<unknown>;
}

interface WriterMadeByHand extends WriterLike {
  readonly transport: Transport;
  writeEof(): void;
}

interface FlowControlled {
  drained(): Future<void>;
  closed(): Future<void>;
}

interface ServerLike {
  readonly sockets: readonly { getsockname(): unknown }[];
  close(): void;
  waitClosed(): PromiseLike<unknown>;
}

interface ProcessLike {
  communicate(input: Buffer): PromiseLike<readonly [Buffer | null, Buffer | null]>;
  wait(): PromiseLike<number>;
}

interface PoolLike extends Executor {
  shutdown(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: the classes have constructors of all kinds
type AnyClass = abstract new (...args: any[]) => object;

type Serve = (reader: ReaderLike, writer: WriterLike) => unknown;

interface Waitable {
  wait(): PromiseLike<unknown>;
}

interface SenderLike {
  send(value: unknown): PromiseLike<unknown>;
  sendNowait(value: unknown): void;
  clone(): SenderLike;
  close(): void;
  statistics(): { readonly tasksWaitingSend: number };
}

interface ReceiverLike extends AsyncIterable<unknown> {
  receive(): PromiseLike<unknown>;
  receiveNowait(): unknown;
  clone(): ReceiverLike;
  close(): void;
}

interface LimiterLike {
  readonly availableTokens: number;
  readonly borrowedTokens: number;
  run<T>(body: () => PromiseLike<T>): PromiseLike<T>;
  acquireOnBehalfOf(borrower: unknown): PromiseLike<unknown>;
  acquireOnBehalfOfNowait(borrower: unknown): unknown;
  releaseOnBehalfOf(borrower: unknown): void;
}

interface SignalsLike extends AsyncIterable<NodeJS.Signals>, Disposable {
  next(): PromiseLike<IteratorResult<NodeJS.Signals, undefined>>;
}

/**
 * What the kit calls of `bight`, as {@link ConformanceOptions} takes it: the module itself (`import * as bight from
 * 'bight'`) is assignable. This package does not depend on it.
 */
export interface HighLevel {
  /** The lock. */
  readonly Lock: new () => Releasable;
  /** What they give while they are held. */
  readonly Held: AnyClass;
  /** The semaphore that refuses a release too many. */
  readonly BoundedSemaphore: new (options: {
    value: number;
  }) => Releasable;
  /** The semaphore. */
  readonly Semaphore: new (options: {
    value: number;
  }) => Releasable;
  /** The event. */
  readonly Event: new () => Waitable & { set(): void };
  /** The condition. */
  readonly Condition: new () => Releasable & Waitable & { notify(): void };
  /** The barrier. */
  readonly Barrier: new (
    parties: number,
  ) => Waitable;
  /** The queue, first in, first out. */
  readonly Queue: new () => QueueLike;
  /** The queue of which the smallest item comes first. */
  readonly PriorityQueue: new () => QueueLike;
  /** The queue of which the latest item comes first. */
  readonly LifoQueue: new () => QueueLike;
  /** The reader that a test feeds. */
  readonly StreamReader: new () => ReaderLike;
  /** The protocol of a connection with streams. */
  readonly StreamReaderProtocol: new (
    // biome-ignore lint/suspicious/noExplicitAny: a reader that the same module has made
    reader: any,
    serve: Serve | null,
    loop: AbstractEventLoop,
  ) => Protocol & FlowControlled;
  /** The writer of a connection. */
  readonly StreamWriter: new (
    transport: Transport,
    protocol: FlowControlled,
    // biome-ignore lint/suspicious/noExplicitAny: a reader that the same module has made
    reader: any,
    loop: AbstractEventLoop,
  ) => WriterMadeByHand;
  /** The protocol of what is only written to. */
  readonly FlowControlProtocol: new (
    loop: AbstractEventLoop,
  ) => BaseProtocol & FlowControlled;
  /** The limiter; without the name of a borrower it lends to tasks of the core loop only. */
  readonly CapacityLimiter: new (
    tokens: number,
  ) => LimiterLike;
  /** The sending end of a channel. */
  readonly ChannelSender: AnyClass;
  /** The receiving end of a channel. */
  readonly ChannelReceiver: AnyClass;
  /** A channel of two ends. */
  openChannel(options: { maxBuffer: number }): readonly [SenderLike, ReceiverLike];
  /** Signals that are iterated over. */
  openSignalReceiver(...signals: NodeJS.Signals[]): SignalsLike;
  /** What `openSignalReceiver()` gives. */
  readonly SignalReceiver: AnyClass;
  /** Starts a server of streams. */
  startServer(serve: Serve, options: { host: string }): PromiseLike<ServerLike>;
  /** Connects, and gives streams. */
  openConnection(options: { host: string; port: number }): PromiseLike<readonly [ReaderLike, WriterLike]>;
  /** Starts a server of streams at a path. */
  startUnixServer(serve: Serve, options: { path: string }): PromiseLike<ServerLike>;
  /** Connects to a path, and gives streams. */
  openUnixConnection(options: { path: string }): PromiseLike<readonly [ReaderLike, WriterLike]>;
  /** Reads bytes through a reader. */
  readFrom(source: AsyncIterable<unknown>): ReaderLike;
  /** Writes to a stream through a writer. */
  writeTo(sink: NodeJS.WritableStream): WriterMadeByHand;
  /** Makes a reader and a writer of a stream. */
  fromStream(stream: Duplex): readonly [ReaderLike, WriterLike];
  /** Makes a stream of a transport. */
  toDuplex(transport: Transport): Duplex;
  /** Runs the listeners of an emitter in the loop. */
  bindEmitter<E extends EventEmitter>(emitter: E): E;
  /** What is made for a process. */
  readonly Process: AnyClass;
  /** Starts a process with streams. */
  createSubprocessExec(
    program: string,
    args: readonly string[],
    options: { stdin: number; stdout: number },
  ): PromiseLike<ProcessLike>;
  /** Runs a command in a shell, with streams. */
  createSubprocessShell(
    command: string,
    options: { stdin: number; stdout: number },
  ): PromiseLike<ProcessLike>;
  /** The pool of threads. */
  readonly ThreadPoolExecutor: new (options: {
    maxWorkers: number;
  }) => PoolLike;
  /** The pool of processes. */
  readonly ProcessPoolExecutor: new (options: {
    maxWorkers: number;
  }) => PoolLike;
  /** Names an export of a module. */
  taskFrom(url: string, exportName: string): TaskReference;
  /** Moves an argument. */
  transfer<T>(value: T): T;
}

interface Releasable {
  acquire(): PromiseLike<unknown>;
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

interface ServerLike {
  readonly sockets: readonly { getsockname(): unknown }[];
  close(): void;
  waitClosed(): PromiseLike<unknown>;
}

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
 * What the kit calls of `bight`, as {@link ConformanceOptions} takes it: the module itself (`import * as bight from 'bight'`) is
 * assignable. This package does not depend on it.
 */
export interface HighLevel {
  /** The lock. */
  readonly Lock: new () => Releasable;
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
  /** The limiter; without the name of a borrower it lends to tasks of the core loop only. */
  readonly CapacityLimiter: new (
    tokens: number,
  ) => LimiterLike;
  /** A channel of two ends. */
  openChannel(options: { maxBuffer: number }): readonly [SenderLike, ReceiverLike];
  /** Signals that are iterated over. */
  openSignalReceiver(...signals: NodeJS.Signals[]): SignalsLike;
  /** Starts a server of streams. */
  startServer(
    serve: (reader: ReaderLike, writer: WriterLike) => PromiseLike<void>,
    options: { host: string },
  ): PromiseLike<ServerLike>;
  /** Connects, and gives streams. */
  openConnection(options: { host: string; port: number }): PromiseLike<readonly [ReaderLike, WriterLike]>;
  /** Starts a process with streams. */
  createSubprocessExec(
    program: string,
    args: readonly string[],
    options: { stdin: number; stdout: number },
  ): PromiseLike<{ communicate(input: Buffer): PromiseLike<readonly [Buffer | null, Buffer | null]> }>;
}

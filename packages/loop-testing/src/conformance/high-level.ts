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

/**
 * What the kit calls of `bight`, as {@link ConformanceOptions} takes it: the module itself (`import * as bight from 'bight'`) is
 * assignable. This package does not depend on it.
 */
export interface HighLevel {
  readonly Lock: new () => Releasable;
  readonly Semaphore: new (options: { value: number }) => Releasable;
  readonly Event: new () => Waitable & { set(): void };
  readonly Condition: new () => Releasable & Waitable & { notify(): void };
  readonly Barrier: new (parties: number) => Waitable;
  readonly Queue: new () => QueueLike;
  readonly PriorityQueue: new () => QueueLike;
  readonly LifoQueue: new () => QueueLike;
  readonly StreamReader: new () => ReaderLike;
  readonly CapacityLimiter: new (tokens: number) => { run<T>(body: () => PromiseLike<T>): PromiseLike<T> };
  openChannel(options: {
    maxBuffer: number;
  }): readonly [
    { send(value: unknown): PromiseLike<unknown>; close(): void },
    { receive(): PromiseLike<unknown> },
  ];
  startServer(
    serve: (reader: ReaderLike, writer: WriterLike) => PromiseLike<void>,
    options: { host: string },
  ): PromiseLike<ServerLike>;
  openConnection(options: { host: string; port: number }): PromiseLike<readonly [ReaderLike, WriterLike]>;
  createSubprocessExec(
    program: string,
    args: readonly string[],
    options: { stdin: number; stdout: number },
  ): PromiseLike<{ communicate(input: Buffer): PromiseLike<readonly [Buffer | null, Buffer | null]> }>;
}

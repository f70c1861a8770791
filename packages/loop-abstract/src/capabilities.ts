import type { DebugLoop } from './loops/debug-loop.js';
import type { ErrorHandlingLoop } from './loops/error-handling-loop.js';
import type { ExecutorLoop } from './loops/executor-loop.js';
import type { NetLoop } from './loops/net-loop.js';
import type { PipeLoop } from './loops/pipe-loop.js';
import type { ReadinessLoop } from './loops/readiness-loop.js';
import type { SchedulingLoop } from './loops/scheduling-loop.js';
import type { SignalLoop } from './loops/signal-loop.js';
import type { SocketLoop } from './loops/socket-loop.js';
import type { SubprocessLoop } from './loops/subprocess-loop.js';
import type { TaskLoop } from './loops/task-loop.js';
import type { ThreadsafeLoop } from './loops/threadsafe-loop.js';

/** The capability interfaces by name. */
export interface Capabilities {
  /** Running, callbacks and timers. */
  SchedulingLoop: SchedulingLoop;
  /** Futures, tasks, async generators. */
  TaskLoop: TaskLoop;
  /** Functions in pools of threads or processes. */
  ExecutorLoop: ExecutorLoop;
  /** TCP, UDP, Unix sockets, TLS, name look-up. */
  NetLoop: NetLoop;
  /** Non-blocking sockets, directly. */
  SocketLoop: SocketLoop;
  /** Watching file descriptors. */
  ReadinessLoop: ReadinessLoop;
  /** Pipes as transports. */
  PipeLoop: PipeLoop;
  /** Subprocesses. */
  SubprocessLoop: SubprocessLoop;
  /** Signals of the process. */
  SignalLoop: SignalLoop;
  /** Exceptions that no caller can receive. */
  ErrorHandlingLoop: ErrorHandlingLoop;
  /** Debug mode. */
  DebugLoop: DebugLoop;
  /** Calls from other threads. */
  ThreadsafeLoop: ThreadsafeLoop;
}

/** The names of an interface's methods, each once and none forgotten: the compiler compares them. */
export type MethodNames<I> = {
  [M in keyof I as I[M] extends (...args: never[]) => unknown ? M : never]: true;
};

/** One capability: which methods it has, and which package has them. */
export interface Capability<I> {
  /** The names of its methods. */
  readonly methods: MethodNames<I>;
  /** Where one gets it: a sentence without its full stop. */
  readonly source: string;
}

const core = 'extend CoreEventLoop of @bight/loop-core';
const selector =
  (globalThis as { process?: { platform?: string } }).process?.platform === 'win32'
    ? 'no loop on Windows has it; protocols and streams work there'
    : "use bight's SelectorEventLoop";
const subprocess = "use bight's EventLoop, or add it with @bight/loop-subprocess";

/** What every capability consists of, as values; the interfaces say the same to the compiler. */
export const capabilities: { readonly [Name in keyof Capabilities]: Capability<Capabilities[Name]> } = {
  SchedulingLoop: {
    source: core,
    methods: {
      runUntilComplete: true,
      runForever: true,
      stop: true,
      isRunning: true,
      isClosed: true,
      close: true,
      callSoon: true,
      callSoonThreadsafe: true,
      callLater: true,
      callAt: true,
      time: true,
    },
  },
  TaskLoop: {
    source: core,
    methods: {
      createFuture: true,
      createTask: true,
      setTaskFactory: true,
      getTaskFactory: true,
      trackAsyncgen: true,
      shutdownAsyncgens: true,
    },
  },
  ExecutorLoop: {
    source: core,
    methods: { runInExecutor: true, setDefaultExecutor: true, shutdownDefaultExecutor: true },
  },
  ErrorHandlingLoop: {
    source: core,
    methods: {
      setExceptionHandler: true,
      getExceptionHandler: true,
      defaultExceptionHandler: true,
      callExceptionHandler: true,
    },
  },
  DebugLoop: { source: core, methods: { getDebug: true, setDebug: true } },
  ThreadsafeLoop: { source: core, methods: { exposeThreadsafe: true } },
  NetLoop: {
    source: "use bight's EventLoop, or add it with withNet() of @bight/loop-net",
    methods: {
      createConnection: true,
      createDatagramEndpoint: true,
      createUnixConnection: true,
      createServer: true,
      createUnixServer: true,
      connectAcceptedSocket: true,
      sendfile: true,
      startTls: true,
      getaddrinfo: true,
      getnameinfo: true,
    },
  },
  SocketLoop: {
    source: selector,
    methods: {
      sockRecv: true,
      sockRecvInto: true,
      sockRecvfrom: true,
      sockRecvfromInto: true,
      sockSendall: true,
      sockSendto: true,
      sockConnect: true,
      sockAccept: true,
      sockSendfile: true,
    },
  },
  ReadinessLoop: {
    source: selector,
    methods: { addReader: true, removeReader: true, addWriter: true, removeWriter: true },
  },
  PipeLoop: { source: subprocess, methods: { connectReadPipe: true, connectWritePipe: true } },
  SubprocessLoop: { source: subprocess, methods: { subprocessExec: true, subprocessShell: true } },
  SignalLoop: {
    source: "use bight's EventLoop, or add it with withSignals() of @bight/loop-signals",
    methods: { addSignalHandler: true, removeSignalHandler: true },
  },
};

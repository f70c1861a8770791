import {
  type AbstractFuture,
  type BaseProtocolLike,
  type BaseTransport,
  type ExtraInfoValue,
  ProcessLookupError,
  type ReadTransport,
  type SubprocessProtocolLike,
  SubprocessTransport,
  type WriteTransport,
} from '@bight/loop-abstract';
import { typeError } from '@bight/loop-abstract/validate';
import {
  type ConnectionContext,
  endWaiter,
  enterFromHost,
  inDebugMode,
  untrackHandle,
} from '@bight/loop-core/low-level';
import type { Environment, SubprocessHostLoop } from '../environment/environment.js';
import type { OpenResources } from '../environment/open-resources.js';
import { kExited } from '../internals.js';
import type { Child } from './child.js';
import { sendSignal, signalNumber } from './signal-number.js';
import type { Spawned } from './spawn.js';
import { type PipeOwner, SubprocessPipe } from './subprocess-pipe.js';

// Taken at import: under fake timers, which replace the global functions, a loop runs in real time.
const { setImmediate } = globalThis;

const SIGTERM = 15;
const SIGKILL = 9;

/**
 * A process and the pipes to it, with asyncio's order of events: `connectionMade`, data and the ends of pipes as they
 * come, `processExited`, and `connectionLost` last, once the process has ended and all pipes are closed.
 */
export class ChildTransport extends SubprocessTransport {
  readonly #context: ConnectionContext;
  readonly #loop: SubprocessHostLoop;
  readonly #resources: OpenResources;
  readonly #child: Child;
  readonly #pid: number;
  readonly #isDetached: boolean;
  readonly #pipes = new Map<number, SubprocessPipe>();
  readonly #exitWaiters: AbstractFuture<void>[] = [];
  #protocol: SubprocessProtocolLike | null;
  #returncode: number | null = null;
  #hasEnded = false;
  #isClosed = false;
  #isFinished = false;

  constructor(
    environment: Environment,
    context: ConnectionContext,
    protocol: SubprocessProtocolLike,
    { child, pipes }: Spawned,
    { waiter, isDetached }: { waiter: AbstractFuture<void>; isDetached: boolean },
  ) {
    super();
    const { loop, resources } = environment;
    this.#loop = loop;
    this.#context = context;
    this.#resources = resources;
    this.#protocol = protocol;
    this.#child = child;
    this.#pid = child.pid;
    this.#isDetached = isDetached;
    resources.addProcess(this, () => this.#release());
    const owner: PipeOwner = {
      pipeData: (fd, data) => this.#soon(() => this.#protocol?.pipeDataReceived?.(fd, data)),
      pipeLost: (fd, error) => {
        this.#soon(() => this.#protocol?.pipeConnectionLost?.(fd, error));
        this.#tryFinish();
      },
      pauseWriting: () => this.#protocol?.pauseWriting?.(),
      resumeWriting: () => this.#protocol?.resumeWriting?.(),
    };
    for (const [fd, end] of pipes)
      this.#pipes.set(fd, new SubprocessPipe(environment, context, owner, fd, end));
    child.whenEnded((returncode) => {
      this.#hasEnded = true;
      this.#afterPipes(() => enterFromHost(loop, this.#exitSeen, this, returncode));
    });
    this.#soon(() => this.#protocol?.connectionMade?.(this));
    context.soon(loop, endWaiter, [waiter]);
  }

  /** Schedules a callback in the context in which the process was started. */
  #soon(callback: () => unknown): void {
    this.#context.soon(this.#loop, callback, []);
  }

  override getExtraInfo<K extends string, D = null>(name: K, fallback?: D): ExtraInfoValue<K> | D {
    return (name === 'subprocess' ? this.#child.handle : (fallback ?? null)) as ExtraInfoValue<K> | D;
  }

  override setProtocol(protocol: BaseProtocolLike): void {
    if (typeof protocol !== 'object' || protocol === null) {
      throw typeError('protocol', "an object with a protocol's methods", protocol);
    }
    this.#protocol = protocol as SubprocessProtocolLike;
  }

  override getProtocol(): BaseProtocolLike {
    return this.#protocol as BaseProtocolLike;
  }

  override isClosing(): boolean {
    return this.#isClosed;
  }

  override getPid(): number {
    return this.#pid;
  }

  override getReturncode(): number | null {
    return this.#returncode;
  }

  override getPipeTransport(fd: 0): WriteTransport | null;
  override getPipeTransport(fd: 1 | 2): ReadTransport | null;
  override getPipeTransport(fd: number): BaseTransport | null;
  override getPipeTransport(fd: number): BaseTransport | null {
    return this.#pipes.get(fd)?.transport ?? null;
  }

  override sendSignal(signal: NodeJS.Signals | number): void {
    this.#signal(signalNumber(signal));
  }

  override terminate(): void {
    this.#signal(SIGTERM);
  }

  override kill(): void {
    this.#signal(SIGKILL);
  }

  /** The process id is the process's own only as long as its status has not been collected. */
  #signal(number: number): void {
    if (this.#hasEnded) throw new ProcessLookupError(`process ${this.#pid} has ended already`);
    sendSignal(this.#pid, number);
  }

  override close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const { transport } of this.#pipes.values()) transport.close();
    if (!this.#hasEnded) {
      if (inDebugMode(this.#loop)) console.warn(`Close running child process: kill ${this}`);
      this.#killQuietly();
    }
  }

  #killQuietly(): void {
    try {
      this.#signal(SIGKILL);
    } catch {
      // It has ended meanwhile, or runs as another user.
    }
  }

  #release(): void {
    this.#isClosed = true;
    untrackHandle(this.#loop, this);
    if (!this.#hasEnded && !this.#isDetached) this.#killQuietly();
  }

  /** Waits for the end of the process, even while another process holds its pipes. */
  [kExited](): AbstractFuture<void> {
    const waiter = this.#loop.createFuture<void>();
    if (this.#returncode === null) this.#exitWaiters.push(waiter);
    else waiter.setResult();
    return waiter;
  }

  // What the process and its pipes report

  /**
   * What the process wrote, and the ends of its pipes, are with the system by now, and should be reported before its
   * exit: let Node.js poll its descriptors once more. The first callback comes before it does.
   */
  #afterPipes(report: () => void): void {
    if ([...this.#pipes.values()].every(({ isDisconnected }) => isDisconnected)) report();
    else setImmediate(() => setImmediate(report));
  }

  /** As in the reference, one iteration after it was seen. */
  #exitSeen(returncode: number): void {
    this.#soon(() => this.#exited(returncode));
  }

  #exited(returncode: number): void {
    this.#returncode = returncode;
    this.#soon(() => this.#protocol?.processExited?.());
    this.#tryFinish();
    for (const waiter of this.#exitWaiters.splice(0)) endWaiter(waiter);
  }

  #tryFinish(): void {
    if (this.#isFinished || this.#returncode === null) return;
    for (const pipe of this.#pipes.values()) if (!pipe.isDisconnected) return;
    this.#isFinished = true;
    this.#soon(() => this.#connectionLost());
  }

  #connectionLost(): void {
    const protocol = this.#protocol;
    this.#protocol = null;
    this.#resources.deleteProcess(this);
    protocol?.connectionLost?.(null);
  }

  /** A short description, for messages. */
  override toString(): string {
    const state = this.#returncode === null ? 'running' : `returncode=${this.#returncode}`;
    return `<${this.constructor.name}${this.#isClosed ? ' closed' : ''} pid=${this.#pid} ${state}>`;
  }
}

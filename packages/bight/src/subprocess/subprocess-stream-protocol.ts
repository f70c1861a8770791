import type {
  AbstractEventLoop,
  BaseTransport,
  ReadTransport,
  SubprocessProtocolLike,
  SubprocessTransport,
  WriteTransport,
} from '@bight/loop-abstract';
import type { Future } from '@bight/loop-core';
import { CloseWaiters } from '../streams/close-waiters.js';
import { FlowControlProtocol } from '../streams/flow-control.js';
import { StreamReader } from '../streams/stream-reader.js';
import { StreamWriter } from '../streams/stream-writer.js';

const STDOUT_FD = 1;
const STDERR_FD = 2;

/**
 * The protocol between a process and the streams of a {@link Process}.
 *
 * @python asyncio.subprocess.SubprocessStreamProtocol
 */
export class SubprocessStreamProtocol extends FlowControlProtocol implements SubprocessProtocolLike {
  readonly #loop: AbstractEventLoop;
  readonly #limit: number | null | undefined;
  readonly #readers = new Map<number, StreamReader>();
  readonly #openOutputs = new Set<number>();
  readonly #stdinClosed: CloseWaiters;
  readonly #exitWaiters: CloseWaiters;
  #stdin: StreamWriter | null = null;
  #transport: SubprocessTransport | null = null;
  #hasExited = false;

  constructor(limit: number | null | undefined, loop: AbstractEventLoop) {
    super(loop);
    this.#limit = limit;
    this.#loop = loop;
    this.#stdinClosed = new CloseWaiters(loop);
    this.#exitWaiters = new CloseWaiters(loop);
  }

  /** The process's standard input, where that is a pipe. */
  get stdin(): StreamWriter | null {
    return this.#stdin;
  }

  /** The process's output, where that is a pipe. */
  get stdout(): StreamReader | null {
    return this.#readers.get(STDOUT_FD) ?? null;
  }

  /** The process's error output, where that is a pipe. */
  get stderr(): StreamReader | null {
    return this.#readers.get(STDERR_FD) ?? null;
  }

  override connectionMade(made: BaseTransport): void {
    const transport = made as SubprocessTransport;
    this.#transport = transport;
    for (const fd of [STDOUT_FD, STDERR_FD]) {
      const pipe = transport.getPipeTransport(fd);
      if (pipe === null) continue;
      const reader = new StreamReader({ limit: this.#limit, loop: this.#loop });
      reader.setTransport(pipe as ReadTransport);
      this.#readers.set(fd, reader);
      this.#openOutputs.add(fd);
    }
    const stdin = transport.getPipeTransport(0);
    if (stdin === null) return;
    this.#stdin = new StreamWriter(stdin as WriteTransport, this, null, this.#loop);
  }

  /** Hands the bytes to the reader of the pipe. */
  pipeDataReceived(fd: number, data: Buffer): void {
    this.#readers.get(fd)?.feedData(data);
  }

  /** Ends the stream of the pipe. */
  pipeConnectionLost(fd: number, exception: Error | null): void {
    if (fd === 0) {
      this.#stdin?.close();
      this.connectionLost(exception);
      this.#stdinClosed.close(exception);
      return;
    }
    const reader = this.#readers.get(fd);
    if (exception === null) reader?.feedEof();
    else reader?.setException(exception);
    this.#openOutputs.delete(fd);
    this.#maybeCloseTransport();
  }

  /** Ends the waits for the process. */
  processExited(): void {
    this.#hasExited = true;
    this.#exitWaiters.close(null);
    this.#maybeCloseTransport();
  }

  /** Waits until standard input is closed; throws what it was lost with. */
  override closed(): Future<void> {
    return this.#stdinClosed.wait();
  }

  /** Waits until the process has ended, even while another process holds its pipes. */
  exited(): Future<void> {
    return this.#exitWaiters.wait();
  }

  #maybeCloseTransport(): void {
    if (this.#openOutputs.size > 0 || !this.#hasExited) return;
    this.#transport?.close();
    this.#transport = null;
  }
}

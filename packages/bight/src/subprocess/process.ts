/// <reference lib="esnext.disposable" preserve="true" />
import type { Buffer } from 'node:buffer';
import type { AbstractEventLoop, Coroutine, SubprocessTransport } from '@bight/loop-abstract';
import { ProcessLookupError, TimeoutError, ValueError } from '@bight/loop-abstract';
import { checkBytes, inspectAsText } from '@bight/loop-abstract/validate';
import { CancelScope, coroutine, type Future, gather, waitFor } from '@bight/loop-core';
import type { StreamReader } from '../streams/stream-reader.js';
import type { StreamWriter } from '../streams/stream-writer.js';
import type { SubprocessStreamProtocol } from './subprocess-stream-protocol.js';

// How long a process may take to end when `await using` has asked it to.
const GRACE_SECONDS = 5;

/**
 * A process and its streams, made by `createSubprocessExec()` and `createSubprocessShell()`.
 *
 * `await using process = await createSubprocessExec(…)` terminates it at the end of the block, if it still runs, and
 * waits for it.
 *
 * @python asyncio.subprocess.Process
 */
export class Process {
  /** Its standard input, if that is a `PIPE`; else `null`. */
  readonly stdin: StreamWriter | null;
  /** Its output, if that is a `PIPE`; else `null`. */
  readonly stdout: StreamReader | null;
  /** Its error output, if that is a `PIPE`; else `null`. */
  readonly stderr: StreamReader | null;
  /** Its process id. */
  readonly pid: number;

  readonly #transport: SubprocessTransport;
  readonly #protocol: SubprocessStreamProtocol;
  readonly #loop: AbstractEventLoop;

  /** @internal Made by {@link createSubprocessExec} and {@link createSubprocessShell}. */
  constructor(transport: SubprocessTransport, protocol: SubprocessStreamProtocol, loop: AbstractEventLoop) {
    this.#transport = transport;
    this.#protocol = protocol;
    this.#loop = loop;
    this.stdin = protocol.stdin;
    this.stdout = protocol.stdout;
    this.stderr = protocol.stderr;
    this.pid = transport.getPid();
  }

  /**
   * Its exit status, `-N` when signal N ended it, `null` while it runs.
   *
   * @python asyncio.subprocess.Process.returncode
   */
  get returncode(): number | null {
    return this.#transport.getReturncode();
  }

  /**
   * Waits until the process has ended, even if another one still holds its pipes.
   *
   * @returns the return code
   * @python asyncio.subprocess.Process.wait()
   */
  wait(): Future<number> {
    return coroutine(this.#loop, () => this.#wait());
  }

  *#wait(): Coroutine<number> {
    yield* this.#protocol.exited();
    return this.returncode as number;
  }

  /**
   * Sends `input` to the process and closes its standard input, reads its outputs to their end, all at the same time,
   * and waits for the process. All of it is in memory then: not for output without bounds.
   *
   * @param input - bytes; nothing is sent when it is `null` or not given
   * @returns `[stdout, stderr]`, `null` for what is no pipe
   * @throws {ValueError} for input when standard input is no pipe. Standard input is closed even without `input`.
   * @python asyncio.subprocess.Process.communicate() (3.12)
   */
  communicate(input?: ArrayBufferView | null): Future<[stdout: Buffer | null, stderr: Buffer | null]> {
    const bytes = input === undefined || input === null ? null : checkBytes(input, 'input');
    if (bytes !== null && this.stdin === null) {
      throw new ValueError('input was given, but the standard input of the process is no pipe');
    }
    return coroutine(this.#loop, () => this.#communicate(bytes), { keepsContext: true });
  }

  *#communicate(input: Uint8Array | null): Coroutine<[Buffer | null, Buffer | null]> {
    const [, stdout, stderr] = yield* gather(
      [() => this.#feed(input), () => this.#readAll(1, this.stdout), () => this.#readAll(2, this.stderr)],
      { loop: this.#loop },
    );
    yield* this.wait();
    return [stdout as Buffer | null, stderr as Buffer | null];
  }

  *#feed(input: Uint8Array | null): Coroutine<void> {
    const { stdin } = this;
    if (stdin === null) return;
    try {
      if (input !== null) {
        stdin.write(input);
        yield* stdin.drain();
      }
    } catch (error) {
      // A process need not read everything.
      if (!/^(EPIPE|ECONNRESET)$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
    stdin.close();
  }

  *#readAll(fd: number, reader: StreamReader | null): Coroutine<Buffer | null> {
    if (reader === null) return null;
    const output = yield* reader.read();
    this.#transport.getPipeTransport(fd)?.close();
    return output;
  }

  /**
   * Sends a signal.
   *
   * @param signal - its name or number
   * @throws {ProcessLookupError} when the process has ended
   * @throws {ValueError} when there is no such signal
   * @python asyncio.subprocess.Process.send_signal()
   */
  sendSignal(signal: NodeJS.Signals | number): void {
    this.#transport.sendSignal(signal);
  }

  /**
   * Asks the process to end, with SIGTERM.
   *
   * @throws {ProcessLookupError} when it has ended
   * @python asyncio.subprocess.Process.terminate()
   */
  terminate(): void {
    this.#transport.terminate();
  }

  /**
   * Ends the process, with SIGKILL.
   *
   * @throws {ProcessLookupError} when it has ended
   * @python asyncio.subprocess.Process.kill()
   */
  kill(): void {
    this.#transport.kill();
  }

  /**
   * Terminates the process if it runs, kills it if it takes more than five seconds to end, and closes its pipes. It
   * does so in a cancelled scope, too, where a wait that is not shielded would throw at once.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    await new CancelScope({ shield: true }).run(() => this.#end());
  }

  async #end(): Promise<void> {
    try {
      if (this.returncode === null) await this.#stop();
    } finally {
      this.#transport.close();
    }
    await this.wait();
  }

  async #stop(): Promise<void> {
    try {
      this.terminate();
      await waitFor(this.wait(), GRACE_SECONDS);
    } catch (error) {
      if (!(error instanceof TimeoutError) && !(error instanceof ProcessLookupError)) throw error;
    }
  }

  get [Symbol.toStringTag](): string {
    return 'Process';
  }

  static {
    inspectAsText(Process);
  }

  /** A short description, for messages. */
  toString(): string {
    return `<${this.constructor.name} ${this.pid}>`;
  }
}

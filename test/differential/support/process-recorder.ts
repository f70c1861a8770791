import { Buffer } from 'node:buffer';
import { type AbstractFuture, getRunningLoop, SubprocessProtocol, type SubprocessTransport } from 'bight';
import type { Trace } from './trace.js';

/** A protocol that notes what happens to a process, in a lane for each pipe and one for the process. */
export class ProcessRecorder extends SubprocessProtocol {
  readonly output: Record<number, Buffer> = { 1: Buffer.alloc(0), 2: Buffer.alloc(0) };
  transport!: SubprocessTransport;
  readonly process: Trace;
  readonly pipes: Trace[];
  readonly pipeEnds: AbstractFuture<void>[] = [0, 1, 2].map(() => getRunningLoop().createFuture<void>());
  readonly exited: AbstractFuture<void> = getRunningLoop().createFuture<void>();
  readonly lost: AbstractFuture<void> = getRunningLoop().createFuture<void>();
  readonly #listeners = new Set<() => void>();

  constructor(trace: Trace, name = '') {
    super();
    this.process = trace.lane(`${name}process`);
    this.pipes = [0, 1, 2].map((fd) => trace.lane(`${name}pipe ${fd}`));
  }

  override connectionMade(transport: SubprocessTransport): void {
    this.transport = transport;
    this.process('made', transport.getReturncode());
  }

  override pipeDataReceived(fd: number, data: Buffer): void {
    this.output[fd] = Buffer.concat([this.output[fd]!, data]);
    for (const listener of [...this.#listeners]) listener();
  }

  override pipeConnectionLost(fd: number, error: Error | null): void {
    const output = this.output[fd];
    this.pipes[fd]!('lost', output === undefined || output.length < 100 ? output : output.length, error);
    this.pipeEnds[fd]!.setResult();
  }

  override processExited(): void {
    this.process('exited', this.transport.getReturncode());
    this.exited.setResult();
  }

  override connectionLost(error: Error | null): void {
    this.process('lost', error);
    this.lost.setResult();
  }

  override pauseWriting(): void {
    this.pipes[0]!('pause writing');
  }

  override resumeWriting(): void {
    this.pipes[0]!('resume writing');
  }

  /** Waits until the output of a pipe ends with `text`. */
  printed(fd: number, text: string): AbstractFuture<void> {
    const printed = getRunningLoop().createFuture<void>();
    const listen = () => {
      if (!printed.done() && this.output[fd]!.toString('latin1').endsWith(text)) printed.setResult();
    };
    this.#listeners.add(listen);
    printed.addDoneCallback(() => this.#listeners.delete(listen));
    listen();
    return printed;
  }
}

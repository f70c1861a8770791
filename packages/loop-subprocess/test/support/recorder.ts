import {
  type AbstractFuture,
  SubprocessProtocol,
  type SubprocessTransport,
  type TaskLoop,
} from '@bight/loop-abstract';
import { sleep } from '@bight/loop-core';

/** Writes down what happens to a process. */
export class Recorder extends SubprocessProtocol {
  readonly events: unknown[] = [];
  readonly lost: AbstractFuture<void>;
  readonly exited: AbstractFuture<void>;
  readonly #output = new Map<number, Buffer[]>();

  constructor(loop: TaskLoop) {
    super();
    this.lost = loop.createFuture<void>();
    this.exited = loop.createFuture<void>();
  }

  /** What came out of a pipe, as text. */
  output(fd: number): string {
    return Buffer.concat(this.#output.get(fd) ?? []).toString();
  }

  /** The events, with consecutive pieces of data counted as one. */
  get summary(): unknown[] {
    return this.events.filter((event, index) => event !== this.events[index - 1]);
  }

  override connectionMade(_transport: SubprocessTransport): void {
    this.events.push('connectionMade');
  }

  override pipeDataReceived(fd: number, data: Buffer): void {
    this.events.push(`data ${fd}`);
    const pieces = this.#output.get(fd) ?? [];
    this.#output.set(fd, [...pieces, data]);
  }

  override pipeConnectionLost(fd: number, exception: Error | null): void {
    this.events.push(
      `lost ${fd}${exception === null ? '' : ` ${(exception as NodeJS.ErrnoException).code}`}`,
    );
  }

  /** Waits until a pipe was lost. */
  async pipeLost(fd: number): Promise<void> {
    while (!this.events.some((event) => String(event).startsWith(`lost ${fd}`))) await sleep(0.001);
  }

  override processExited(): void {
    this.events.push('processExited');
    this.exited.setResult();
  }

  override connectionLost(exception: Error | null): void {
    this.events.push(`connectionLost ${exception}`);
    this.lost.setResult();
  }

  override pauseWriting(): void {
    this.events.push('pauseWriting');
  }

  override resumeWriting(): void {
    this.events.push('resumeWriting');
  }
}

import {
  type AbstractFuture,
  SubprocessProtocol,
  type SubprocessTransport,
  type TaskLoop,
} from '@bight/loop-abstract';
import { EventLog, withError } from '../../../../test/support/event-log.js';

/** Writes down what happens to a process. */
export class Recorder extends SubprocessProtocol {
  readonly #log: EventLog;
  readonly lost: AbstractFuture<void>;
  readonly exited: AbstractFuture<void>;
  readonly #output = new Map<number, Buffer[]>();

  constructor(loop: TaskLoop) {
    super();
    this.#log = new EventLog(loop);
    this.lost = loop.createFuture<void>();
    this.exited = loop.createFuture<void>();
  }

  /** What came out of a pipe, as text. */
  output(fd: number): string {
    return Buffer.concat(this.#output.get(fd) ?? []).toString();
  }

  /** The events, with consecutive pieces of data counted as one. */
  get summary(): string[] {
    return this.#log.summary;
  }

  get events(): string[] {
    return this.#log.events;
  }

  override connectionMade(_transport: SubprocessTransport): void {
    this.#log.note('connectionMade');
  }

  override pipeDataReceived(fd: number, data: Buffer): void {
    this.#log.note(`data ${fd}`);
    const pieces = this.#output.get(fd) ?? [];
    this.#output.set(fd, [...pieces, data]);
  }

  override pipeConnectionLost(fd: number, exception: Error | null): void {
    this.#log.note(withError(`lost ${fd}`, exception));
  }

  /** Waits until a pipe was lost. */
  pipeLost(fd: number): Promise<void> {
    return this.#log.event(`lost ${fd}`);
  }

  override processExited(): void {
    this.#log.note('processExited');
    this.exited.setResult();
  }

  override connectionLost(exception: Error | null): void {
    this.#log.note(`connectionLost ${exception}`);
    this.lost.setResult();
  }

  override pauseWriting(): void {
    this.#log.note('pauseWriting');
  }

  override resumeWriting(): void {
    this.#log.note('resumeWriting');
  }
}

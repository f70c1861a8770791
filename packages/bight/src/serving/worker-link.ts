import type { FromWorker, ToWorker } from './messages.js';

/** A process or a thread, as its supervisor sees it. */
export interface WorkerLink {
  /** Sends a message. */
  send(message: ToWorker): void;
  /** Answers a request for a socket that is open here. */
  sendListener(id: number, fd: number): void;
  /** Ends it in the middle of what it is doing. */
  kill(): void;
}

/** What a link reports, in callbacks of the host. */
export interface WorkerEvents {
  onMessage(message: FromWorker): void;
  /**
   * It has ended.
   *
   * @param how - as a part of a sentence: "exited with code 1"
   * @param error - what a thread died of
   */
  onExit(how: string, error?: unknown): void;
}

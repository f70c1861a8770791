import type { BaseTransport } from '@bight/loop-abstract';
import {
  coreOf,
  inDebugMode,
  type TransportOwner,
  trackHandle,
  untrackHandle,
} from '@bight/loop-core/low-level';
import type { SubprocessHostLoop } from './environment.js';

/** The pipes and processes that are open in one loop, and have to be given back when it is closed. */
export class OpenResources implements TransportOwner {
  /** What gives each of them back at once, without a callback to the protocol. */
  readonly #open = new Map<BaseTransport, () => void>();
  readonly #loop: SubprocessHostLoop;

  constructor(loop: SubprocessHostLoop) {
    this.#loop = loop;
  }

  /** A pipe was opened. */
  attach(pipe: BaseTransport): void {
    this.#open.set(pipe, () => coreOf(pipe)?.discard());
  }

  /** A pipe was closed. */
  detach(pipe: BaseTransport): void {
    this.#open.delete(pipe);
  }

  /** A process was started. */
  addProcess(process: BaseTransport, release: () => void): void {
    this.#open.set(process, release);
    trackHandle(this.#loop, 'process', process);
  }

  /** A process has ended. */
  deleteProcess(process: BaseTransport): void {
    this.#open.delete(process);
    untrackHandle(this.#loop, process);
  }

  /** Releases what is left: the loop is about to be closed. */
  close(): void {
    for (const [transport, release] of [...this.#open]) {
      this.#open.delete(transport);
      if (inDebugMode(this.#loop)) process.emitWarning(`unclosed transport ${transport}`, 'ResourceWarning');
      release();
    }
  }
}

import { inDebugMode, trackHandle, untrackHandle } from '@bight/loop-core';
import type { SubprocessHostLoop } from './host-loop.js';

/** Something that holds descriptors or a process, and has to give them back when its loop is closed. */
export interface Resource {
  /** Gives everything back at once, without a callback to the protocol. */
  release(): void;
}

/** What is open in one loop. */
export class OpenResources {
  readonly #open = new Set<Resource>();
  readonly #loop: SubprocessHostLoop;

  constructor(loop: SubprocessHostLoop) {
    this.#loop = loop;
  }

  /** @param kind what it is, in a word, for the loop's ledger of what is open */
  add(kind: string, resource: Resource): void {
    this.#open.add(resource);
    trackHandle(this.#loop, kind, resource);
  }

  delete(resource: Resource): void {
    this.#open.delete(resource);
    untrackHandle(this.#loop, resource);
  }

  /** Releases what is left: the loop is about to be closed. */
  close(): void {
    for (const resource of [...this.#open]) {
      this.delete(resource);
      if (inDebugMode(this.#loop)) process.emitWarning(`unclosed transport ${resource}`, 'ResourceWarning');
      resource.release();
    }
  }
}

import type { SubprocessHostLoop } from './host-loop.js';

/** Something that holds descriptors or a process, and has to give them back when its loop is closed. */
export interface Resource {
  /** Gives everything back at once; nobody can be told any more. */
  release(): void;
}

/** What is open in one loop. */
export class OpenResources {
  readonly #open = new Set<Resource>();
  readonly #loop: SubprocessHostLoop;

  constructor(loop: SubprocessHostLoop) {
    this.#loop = loop;
  }

  add(resource: Resource): void {
    this.#open.add(resource);
  }

  delete(resource: Resource): void {
    this.#open.delete(resource);
  }

  /** Releases what is left: the loop is about to be closed. */
  close(): void {
    const left = [...this.#open];
    this.#open.clear();
    for (const resource of left) {
      if (this.#loop.getDebug?.()) process.emitWarning(`unclosed transport ${resource}`, 'ResourceWarning');
      resource.release();
    }
  }
}

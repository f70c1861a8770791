/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Something that is held and will be given back: `using _ = await lock.acquire()`. It may be given back by hand before
 * the end of the block, which then does nothing.
 */
export class Held implements Disposable, AsyncDisposable {
  #release: (() => void) | null;

  constructor(release: () => void) {
    this.#release = release;
  }

  /** Gives it back; a second call does nothing. */
  release(): void {
    const release = this.#release;
    this.#release = null;
    release?.();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release();
  }
}

/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Something that is held and will be given back: `using _ = await lock.acquire()`. Giving it back by hand before the
 * end of the block is fine, too; then the end of the block does nothing.
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

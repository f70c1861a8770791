import type { ReadinessLoop } from '@bight/loop-abstract';
import { enterFromHost } from '@bight/loop-core/low-level';
import type { EventEngine } from '@bight/sockets/low-level';
import { type NativeParts, nativeParts } from '../native/native-parts.js';
import type { SubprocessHostLoop } from './environment.js';
import type { PipeKind } from './pipe-kind.js';

/**
 * How it is noticed that the reader is gone, before something is written: by reading (the end of a socket), not at all
 * (terminals), or by a function that starts to watch for it and returns the way to stop.
 */
export type Hangup = 'read' | 'unseen' | ((onHangup: () => void) => () => void);

/**
 * Notices that the reader of a pipe is gone, for one loop. Node.js notices it with the next write only. A loop that
 * watches descriptors watches this one, too; for other loops there is an engine of `@bight/sockets`; without that, the
 * end of a pipe's reader goes unnoticed.
 */
export class HangupWatcher {
  readonly #loop: SubprocessHostLoop;
  #engine: EventEngine | null = null;

  constructor(loop: SubprocessHostLoop) {
    this.#loop = loop;
  }

  /** How the end of the reader can be noticed. */
  of(kind: PipeKind, fd: number): Hangup {
    if (kind === 'socket') return 'read';
    if (kind === 'device') return 'unseen';
    if ('addReader' in this.#loop) return (onHangup) => this.#watchByLoop(fd, onHangup);
    const native = nativeParts();
    return native === null ? 'unseen' : (onHangup) => this.#watchByEngine(native, fd, onHangup);
  }

  /** Stops watching everything. */
  close(): void {
    this.#engine?.close();
    this.#engine = null;
  }

  #watchByLoop(fd: number, onHangup: () => void): () => void {
    const loop = this.#loop as SubprocessHostLoop & ReadinessLoop;
    try {
      loop.addReader(fd, onHangup);
    } catch {
      // Only a selector can do that.
      const native = nativeParts();
      return native === null ? () => {} : this.#watchByEngine(native, fd, onHangup);
    }
    return () => {
      if (!loop.isClosed()) loop.removeReader(fd);
    };
  }

  #watchByEngine(native: NativeParts, fd: number, onHangup: () => void): () => void {
    const engine = this.#openEngine(native);
    let slot: number | null = null;
    const stop = () => {
      if (slot !== null && this.#engine === engine) engine.release(slot);
      slot = null;
    };
    const ready = () => {
      stop();
      enterFromHost(this.#loop, onHangup, undefined, undefined);
    };
    slot = native.watch(engine, fd, { ready });
    return stop;
  }

  #openEngine(native: NativeParts): EventEngine {
    if (this.#engine !== null) return this.#engine;
    const engine = native.createEngine({
      timer() {},
      batchEnd() {},
      error: (exception) => {
        this.#loop.callExceptionHandler({ message: 'watching a pipe failed', exception: exception as Error });
      },
    });
    engine.start({ keepAlive: 'never' });
    this.#engine = engine;
    return engine;
  }
}

import type { ReadinessLoop } from '@bight/loop-abstract';
import { enterFromHost } from '@bight/loop-core';
import { EVENT_READ, isAvailable } from '@bight/sockets';
import { EventEngine, MODE_READY } from '@bight/sockets/engine';
import type { SubprocessHostLoop } from '../host-loop.js';
import type { PipeKind } from './open-stream.js';
import type { Hangup } from './write-pipe-transport.js';

/**
 * Notices that the reader of a pipe is gone, for one loop. Node.js notices it with the next write only. A loop that watches
 * descriptors is asked to watch this one, too; for other loops there is an engine of `@bight/sockets`; without that, the end
 * of a pipe's reader goes unseen.
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
    return isAvailable() ? (onHangup) => this.#watchByEngine(fd, onHangup) : 'unseen';
  }

  /** Watches nothing any more. */
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
      return isAvailable() ? this.#watchByEngine(fd, onHangup) : () => {};
    }
    return () => {
      if (!loop.isClosed()) loop.removeReader(fd);
    };
  }

  #watchByEngine(fd: number, onHangup: () => void): () => void {
    const engine = this.#openEngine();
    let slot: number | null = null;
    const stop = () => {
      if (slot !== null && this.#engine === engine) engine.release(slot);
      slot = null;
    };
    const ready = () => {
      stop();
      enterFromHost(this.#loop, onHangup, undefined, undefined);
    };
    slot = engine.watch(fd, MODE_READY, EVENT_READ, { ready });
    return stop;
  }

  #openEngine(): EventEngine {
    if (this.#engine !== null) return this.#engine;
    const engine = new EventEngine({
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

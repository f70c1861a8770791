import { Buffer } from 'node:buffer';
import type { Writable } from 'node:stream';
import type { WriteBufferLimits } from '@bight/loop-abstract';
import { WaterMarks } from '@bight/loop-core/low-level';

/** What the write side of a stream needs of its transport. */
export interface WriteSideHooks {
  /** Runs a function in the loop, in the context of the transport. */
  enter(fn: () => void): void;
  pauseWriting(): void;
  resumeWriting(): void;
}

/** The write side of a Node stream below a transport: copies what is written, and pauses the protocol at the marks. */
export class WriteSide {
  readonly #stream: Writable;
  readonly #hooks: WriteSideHooks;
  #marks = WaterMarks.usual;
  #isPaused = false;
  #isLost = false;

  constructor(stream: Writable, hooks: WriteSideHooks) {
    this.#stream = stream;
    this.#hooks = hooks;
    stream.on('drain', this.#onDrain);
  }

  get limits(): [low: number, high: number] {
    return [this.#marks.lowBytes, this.#marks.highBytes];
  }

  setLimits(limits: WriteBufferLimits | null | undefined): void {
    this.#marks = this.#marks.with(limits);
    this.#pauseIfFull();
  }

  /** How many **bytes** the stream has not passed on yet. */
  get size(): number {
    return this.#stream.writableLength;
  }

  write(bytes: Uint8Array): void {
    // A copy: the stream sends it later, and the caller may use the memory again.
    this.#stream.write(Buffer.from(bytes), this.#onDrain);
    this.#pauseIfFull();
  }

  /** Writes several pieces, which the stream may send as one. */
  writeAll(pieces: Iterable<ArrayBufferView>, write: (piece: ArrayBufferView) => void): void {
    this.#stream.cork();
    try {
      for (const piece of pieces) write(piece);
    } finally {
      this.#stream.uncork();
    }
  }

  writeEof(): void {
    if (!this.#stream.writableEnded) this.#stream.end();
  }

  /** The connection is lost: the protocol is not called any more. */
  lose(): void {
    this.#isLost = true;
  }

  readonly #onDrain = (): void => this.#hooks.enter(this.#drained);

  readonly #drained = (): void => {
    if (this.#isLost || !this.#isPaused || this.size > this.#marks.lowBytes) return;
    this.#isPaused = false;
    this.#hooks.resumeWriting();
  };

  #pauseIfFull(): void {
    if (this.#isPaused || !this.#marks.isTooMuch(this.size)) return;
    this.#isPaused = true;
    this.#hooks.pauseWriting();
  }
}

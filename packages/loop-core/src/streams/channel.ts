import type { Buffer } from 'node:buffer';

/**
 * A connected stream of bytes as a driver offers it, without asyncio's rules. It is the seam between the transports,
 * which are the same for every driver, and what moves the bytes: a native socket, Node's socket, a pipe or a
 * simulation.
 *
 * A channel calls its sink inside the loop, never from within one of its own methods.
 */
export interface StreamChannel {
  /** Sets the sink that events are delivered to. Nothing is received before `startReading()`. */
  open(sink: StreamSink): void;

  /**
   * Receives until `stopReading()`; without effect after the end of the stream. Called again while the channel
   * receives, it notes whether the sink now has memory of its own.
   */
  startReading(): void;

  /** Stops receiving: what comes in stays with the system, which slows the sender down. */
  stopReading(): void;

  /**
   * Sends what the system takes now, or together with what else is written in this turn, and the rest when it takes
   * more. What is not sent at once has been copied when the method returns, so that the caller may use the memory
   * again. Data written after `shutdown()` or `close()` is dropped.
   */
  write(data: Uint8Array): void;

  /** Sends several pieces as one. */
  writev(pieces: readonly Uint8Array[]): void;

  /**
   * How many bytes were written and not yet handed to the system, those included that are only gathered to go out
   * together.
   */
  readonly unsentBytes: number;

  /**
   * Hands to the system what it takes of what was gathered, where a driver gathers; what is unsent then is so for lack
   * of room.
   */
  flush?(): void;

  /**
   * Whether sending has failed and nothing that is written is sent any more. The sink's `failed()` follows in a later
   * turn, after what had come in.
   */
  readonly hasFailed?: boolean;

  /** Makes `close()` end the connection with a reset, where the system offers that. */
  resetOnClose?(): void;

  /** Closes the sending half, after everything that was written. */
  shutdown(): void;

  /** Gives the descriptor back, drops what is unsent, and calls the sink no more. */
  close(): void;
}

/**
 * Where a channel delivers what happens: the inner object of a transport. After `failed()` nothing more comes; after
 * `ended()` only `drained()` and `failed()`.
 */
export interface StreamSink {
  /**
   * Bytes came in. The memory is the sink's to keep: a driver that uses its own memory again passes on a copy, unless
   * the sink borrows.
   */
  received(bytes: Buffer): void;

  /**
   * Whether `received()` now takes bytes that are valid only until it returns, so that a driver need not copy. It may
   * change whenever the sink is called.
   */
  readonly isBorrowing: boolean;

  /**
   * Whether the reader has memory of its own, for which a driver asks `memory()`. It may change whenever the sink is
   * called.
   */
  readonly hasMemory: boolean;

  /**
   * Asks the reader for memory to receive into. The driver puts bytes at its head and calls `filled()`; with nothing to
   * put there, it calls nothing.
   *
   * @returns `null` where the reader takes no bytes this way now: what the driver has already received, it passes to
   *   `received()`
   */
  memory(): Uint8Array | null;

  /**
   * Bytes were put at the head of what `memory()` returned.
   *
   * @param byteCount - how many
   * @param rest - what else has come and found no room there, the sink's to keep; `null` for nothing
   */
  filled(byteCount: number, rest: Buffer | null): void;

  /** The peer has closed its sending half. */
  ended(): void;

  /** The connection is broken; `null` when other code in this process closed it. */
  failed(error: Error | null): void;

  /** Some unsent bytes were sent. */
  drained(): void;

  /** Whether the transport waits for `drained()`: if not, a channel need not call it. */
  readonly awaitsDrain: boolean;
}

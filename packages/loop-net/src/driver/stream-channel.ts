import type { SocketLike } from '@bight/loop-abstract';

/**
 * A connected stream of bytes as a driver offers it: the bare socket, without asyncio's rules. It is the seam between
 * the transports, which are the same for every driver, and the ways of Node and of the native engine.
 *
 * A channel calls its sink inside the loop, never from within one of its own methods.
 */
export interface StreamChannel {
  /** The socket, as far as others may touch it. */
  readonly socket: SocketLike;

  /** Says who is told what happens. Nothing is received before `startReading()`. */
  open(sink: StreamSink): void;

  /** Receives until `stopReading()`; without effect after the end of the stream. */
  startReading(): void;

  /** Receives no more: what comes in stays with the system, which slows the sender down. */
  stopReading(): void;

  /**
   * Sends what the system takes now, or together with what else is written in this turn, and the rest when it takes
   * more. What is not sent at once has been copied when the method returns, so that the caller may use the memory again.
   * Data written after `shutdown()` or `close()` is dropped.
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
   * Hands to the system what it takes of what was gathered, where a driver gathers; what is unsent then is so for lack of
   * room.
   */
  flush?(): void;

  /** Says whether the reader has memory of its own, so that `readable()` is to be told. For drivers that can wait so. */
  receiveDirectly?(direct: boolean): void;

  /**
   * Receives into the reader's memory, once `readable()` was told.
   *
   * @returns how many bytes came; 0 at the end of the stream, -1 when there are none
   * @throws the system's error
   */
  receiveInto?(memory: Uint8Array): number;

  /**
   * Whether sending has failed, of which the sink is told in a later turn, after what had come in: nothing that is written is
   * sent any more.
   */
  readonly hasFailed?: boolean;

  /** Closes the sending half, after everything that was written. */
  shutdown(): void;

  /** Gives the descriptor back, drops what is unsent, and calls the sink no more. */
  close(): void;
}

/** What a channel tells. After `failed()` nothing more comes; after `ended()` only `drained()` and `failed()`. */
export interface StreamSink {
  /**
   * Bytes came in: the first `length` of `memory`.
   *
   * @param transient whether the memory is used again when the call returns
   */
  received(memory: Buffer, length: number, transient: boolean): void;

  /**
   * The reader's own memory to put bytes into, for drivers that have them already; `null` where the reader wants memory
   * from the driver. After it `filled()` or nothing follows.
   */
  room(): Uint8Array | null;

  /** Bytes were put at the head of what `room()` returned. */
  filled(length: number): void;

  /** There is something for `receiveInto()`, which the channel was asked to wait for. */
  readable(): void;

  /** The other end has closed its sending half. */
  ended(): void;

  /** The connection is broken; `null` when it was closed by somebody else in this process. */
  failed(error: Error | null): void;

  /** Some unsent bytes were sent. */
  drained(): void;

  /** Whether anybody waits for that: if not, a channel need not say it. */
  readonly awaitsDrain: boolean;
}

import type { Address, SocketLike } from '@bight/loop-abstract';

/** What a datagram costs beyond its bytes, so that a queue of empty ones is not free. */
export const BYTES_PER_DATAGRAM = 8;

/** A datagram socket as a driver offers it. It calls its sink inside the loop, never from within one of its methods. */
export interface DatagramChannel {
  /** What programs may do with the socket. */
  readonly socket: SocketLike;

  /** Whether the system knows the other end, so that no address is needed to send. */
  readonly isConnected: boolean;

  /** Sets the sink that events are delivered to. Nothing is delivered before `startReading()`. */
  open(sink: DatagramSink): void;

  /** Receives from now on. */
  startReading(): void;

  /** Receives no more; what comes in is dropped. */
  stopReading(): void;

  /**
   * Sends a datagram now, or later if the system takes none. The memory may be used again when the method returns.
   *
   * @param address - where to, with a numeric host; `null` on a connected socket
   */
  send(data: Uint8Array, address: Address | null): void;

  /** How many bytes wait to be sent, a few for each datagram included. */
  readonly unsentBytes: number;

  /** Hands to the system what it takes of what was gathered to go out together, where a driver gathers. */
  flush?(): void;

  /** Gives the descriptor back, drops what is unsent, and calls the sink no more. */
  close(): void;
}

/** Where a datagram channel delivers what happens. */
export interface DatagramSink {
  /** A datagram has come; the memory is the receiver's. */
  received(data: Buffer, address: Address): void;

  /** Sending or receiving has failed; the socket goes on. */
  errored(error: Error): void;

  /** Some datagrams that waited were sent. */
  drained(): void;
}

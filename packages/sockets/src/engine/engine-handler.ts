import type { Address } from '@bight/loop-abstract';

/** How an engine treats a descriptor that is readable. */
export const MODE_READY = 0;
/** The engine receives, and calls `received()` and `ended()`. */
export const MODE_STREAM = 1;
/** The engine accepts connections, and calls `accepted()`. */
export const MODE_LISTEN = 2;
/** The engine receives datagrams, and calls `datagram()`. */
export const MODE_DATAGRAM = 3;

/** One datagram that could not be sent yet. */
export interface UnsentDatagram {
  /** Its bytes, copied. */
  readonly data: Buffer;
  /** Where it should go; `null` for the other end of a connected socket. */
  readonly address: Address | null;
}

/**
 * What an engine reports about one descriptor. Which of the methods are called depends on the mode in which it is
 * watched; those that are never called need not be there.
 */
export interface EngineHandler {
  /** It is ready: for reading and writing in `MODE_READY`, for writing in the others. */
  ready?(events: number): void;

  /** A stream brought bytes. They are valid until this returns: what is to be kept is copied. */
  received?(data: Buffer): void;

  /** A stream that `secure()` protects brought bytes, which were decrypted. Valid until this returns. */
  decrypted?(data: Buffer): void;

  /**
   * OpenSSL has more to report: that the peer's `close_notify` has come, that it has failed, that the server has given
   * a session (`FLAG_…`), or that it has made something to be sent, which `TlsConnection.output()` has.
   */
  tlsReported?(flags: number): void;

  /** The other end sends no more. The descriptor is not watched for reading any longer. */
  ended?(): void;

  /** A connection was made; the descriptor belongs to the handler. `TCP_NODELAY` is set. */
  accepted?(fd: number, address: Address): void;

  /** A datagram came. Its bytes are valid until this returns. */
  datagram?(data: Buffer, address: Address): void;

  /**
   * Receiving or accepting failed. A stream is not watched for reading any longer; anything else still is, and a
   * listener that is not made to rest fails again at once (`code === 'EMFILE'`).
   */
  failed?(error: NodeJS.ErrnoException): void;

  /**
   * What was queued could not be sent, or not all of it.
   *
   * @param rest - what was not sent, copied
   * @param error - `null` when the system had no room: the rest can be sent when the descriptor is writable
   */
  unsent?(rest: Buffer, error: NodeJS.ErrnoException | null): void;

  /**
   * What was queued to be encrypted could not be sent, or not all of it; `TlsConnection.output()` has the rest, which
   * is to be sent before anything else.
   *
   * @param error - `null` when the system had no room
   */
  unsentSecured?(error: NodeJS.ErrnoException | null): void;

  /** The system had no room for these datagrams: they can be sent when the descriptor is writable. */
  unsentDatagrams?(rest: readonly UnsentDatagram[]): void;

  /** One datagram could not be sent; those after it were not affected. */
  datagramFailed?(error: NodeJS.ErrnoException): void;
}

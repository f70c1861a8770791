import type { StreamSink } from '@bight/loop-core/low-level';
import type { SocketChannel } from './socket-channel.js';

/**
 * A channel that encrypts: what it sends and receives goes through another one. It begins the handshake by itself;
 * nothing is written, and nothing is received, before that has succeeded.
 */
export interface TlsChannel extends SocketChannel {
  open(sink: TlsSink): void;

  /** Whether everything, `close_notify` too, has been sent after `shutdown()`; `drained()` is called when it has. */
  readonly isFlushed: boolean;

  /** What the handshake has found out under a name of extra info; `undefined` for nothing. */
  tlsInfo(name: string): unknown;
}

/** Where a TLS channel delivers. A handshake that fails is `failed()`; the end of the stream during it is `ended()`. */
export interface TlsSink extends StreamSink {
  /** The handshake has succeeded, and the peer is who it should be. */
  secured(): void;
}

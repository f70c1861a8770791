import type { SocketLike } from '@bight/loop-abstract';
import type { StreamChannel } from '@bight/loop-core/low-level';

/** A connected stream socket as a driver offers it. */
export interface SocketChannel extends StreamChannel {
  /** What programs may do with the socket. */
  readonly socket: SocketLike;
}

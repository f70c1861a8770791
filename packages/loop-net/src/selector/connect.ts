import type { Address, InetAddress } from '@bight/loop-abstract';
import { systemError } from '@bight/loop-abstract/system-error';
import { asError } from '@bight/loop-core/low-level';
import { EVENT_WRITE, SO_ERROR, SOL_SOCKET, Socket } from '@bight/sockets';
import { type EngineHandler, MODE_READY, takeDescriptor } from '@bight/sockets/low-level';
import { AF_INET, AF_INET6, AF_UNIX, IPPROTO_TCP, SOCK_STREAM, TCP_NODELAY } from '../addresses/constants.js';
import type { Completion, ConnectAttempt, StreamAddress } from '../driver/net-driver.js';
import { placeOf } from '../driver/place-of.js';
import type { SocketChannel } from '../driver/socket-channel.js';
import type { SelectorEnvironment } from './selector-environment.js';
import { SelectorStreamChannel } from './selector-stream-channel.js';

/**
 * An attempt to connect. What the system answers at once, as it does for Unix sockets, is reported at once: asyncio has
 * no event to wait for either.
 */
export class SelectorConnectAttempt implements ConnectAttempt, EngineHandler {
  readonly #environment: SelectorEnvironment;
  readonly #address: StreamAddress;
  #settled: Completion<SocketChannel> | null;
  #socket: Socket | null = null;
  #slot = -1;

  constructor(
    environment: SelectorEnvironment,
    address: StreamAddress,
    local: InetAddress | null,
    settled: Completion<SocketChannel>,
  ) {
    this.#environment = environment;
    this.#address = address;
    this.#settled = settled;
    environment.open.add(this);
    try {
      const socket = openSocket(address);
      this.#socket = socket;
      setOptions(socket);
      if (local !== null) socket.bind(local);
      if (begin(socket, targetOf(address))) this.#finish(null);
      else this.#slot = environment.engine.watch(socket.fileno(), MODE_READY, EVENT_WRITE, this);
    } catch (error) {
      this.#finish(asError(error));
    }
  }

  ready(): void {
    const errno = this.#socket?.getsockopt(SOL_SOCKET, SO_ERROR) ?? 0;
    this.#finish(errno === 0 ? null : systemError(-errno, 'connect', placeOf(this.#address)));
  }

  #finish(error: Error | null): void {
    const settled = this.#settled;
    let failure = error;
    let channel: SelectorStreamChannel | null = null;
    try {
      if (failure === null) channel = this.#makeChannel();
    } catch (thrown) {
      failure = asError(thrown);
    }
    this.cancel();
    settled?.(failure, channel);
  }

  #makeChannel(): SelectorStreamChannel {
    const socket = this.#socket!;
    const { family, proto } = socket;
    const facts = { family, type: SOCK_STREAM, proto, name: socket.getsockname() };
    const peer = peerOf(socket);
    const parts = { fd: socket.fileno(), slot: this.#slot, facts, peer, owner: null };
    const channel = new SelectorStreamChannel(this.#environment, parts);
    // It is the channel's from now on.
    takeDescriptor(socket);
    this.#socket = null;
    this.#slot = -1;
    return channel;
  }

  cancel(): void {
    this.#settled = null;
    this.#environment.open.delete(this);
    if (this.#slot >= 0) this.#environment.engine.release(this.#slot);
    this.#slot = -1;
    if (this.#socket === null) return;
    this.#socket.close();
    this.#socket = null;
    this.#environment.descriptorFreed();
  }

  close(): void {
    this.cancel();
  }
}

/**
 * A connection that was made may have been reset by now: then its transport reports that, and has no name for the peer.
 */
function peerOf(socket: Socket): Address | null {
  try {
    return socket.getpeername<Address>();
  } catch {
    return null;
  }
}

function openSocket(address: StreamAddress): Socket {
  if ('path' in address) return new Socket({ family: AF_UNIX });
  const { family, proto } = address;
  return new Socket({ family, proto });
}

function setOptions(socket: Socket): void {
  const { family } = socket;
  if (family === AF_INET || family === AF_INET6) socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, true);
}

function targetOf(address: StreamAddress): InetAddress | string {
  return 'path' in address ? address.path : (address.sockaddr as InetAddress);
}

/** Whether the socket is connected already. */
function begin(socket: Socket, target: InetAddress | string): boolean {
  try {
    socket.connect(target);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EINPROGRESS') throw error;
    return false;
  }
}

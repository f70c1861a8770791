import type { AbstractFuture, InetAddress } from '@bight/loop-abstract';
import { asError } from '@bight/loop-core/low-level';
import type { Socket } from '@bight/sockets';
import type { DatagramChannel } from '../driver/datagram-channel.js';
import type {
  BindOptions,
  Completion,
  ConnectAttempt,
  DatagramOptions,
  Listener,
  NetDriver,
  StreamAddress,
} from '../driver/net-driver.js';
import type { NetHostLoop } from '../driver/network.js';
import type { SocketChannel } from '../driver/socket-channel.js';
import type { TlsChannel } from '../driver/tls-channel.js';
import type { TlsPlan } from '../tls/tls-plan.js';
import { adoptBoundSocket, adoptDatagramSocket, adoptStreamSocket } from './adopt.js';
import { SelectorConnectAttempt } from './connect.js';
import { engineFor } from './engine-for.js';
import { sendFile } from './file-sender.js';
import { openDatagramSocket } from './open-datagram.js';
import { secureChannel } from './secure-channel.js';
import { SelectorDatagramChannel } from './selector-datagram-channel.js';
import { SelectorEnvironment } from './selector-environment.js';
import { bindSocket, SelectorListener } from './selector-listener.js';
import { SelectorStreamChannel } from './selector-stream-channel.js';

/** The network by way of `@bight/sockets`: readiness, and everything that the operating system offers. */
export class SelectorDriver implements NetDriver {
  readonly loopClass = 'SelectorEventLoop';
  readonly #environment: SelectorEnvironment;

  /** @throws {NotImplementedError} where `@bight/sockets` is not available */
  constructor(loop: NetHostLoop) {
    this.#environment = new SelectorEnvironment(engineFor(loop), loop);
  }

  connect(
    address: StreamAddress,
    local: InetAddress | null,
    settled: Completion<SocketChannel>,
  ): ConnectAttempt {
    return new SelectorConnectAttempt(this.#environment, address, local, settled);
  }

  bind(address: StreamAddress, options: BindOptions): Listener {
    return orClose(bindSocket(address, options), (socket) => new SelectorListener(this.#environment, socket));
  }

  adoptStream(sock: unknown): SocketChannel {
    const { socket, received } = adoptStreamSocket(sock);
    const { family, type, proto } = socket;
    const facts = { family, type, proto, name: socket.getsockname() };
    const parts = { fd: socket.fileno(), slot: -1, facts, peer: socket.getpeername(), owner: socket };
    return new SelectorStreamChannel(this.#environment, parts, received);
  }

  adoptListener(sock: unknown): Listener {
    return new SelectorListener(this.#environment, adoptBoundSocket(sock));
  }

  secure(channel: SocketChannel, received: Buffer | null, plan: TlsPlan): TlsChannel {
    return secureChannel(this.#environment, channel, received, plan);
  }

  openDatagram(options: DatagramOptions, opened: Completion<DatagramChannel>): void {
    let channel: SelectorDatagramChannel;
    try {
      channel = orClose(
        openDatagramSocket(options),
        (socket) => new SelectorDatagramChannel(this.#environment, socket),
      );
    } catch (error) {
      opened(asError(error), null);
      return;
    }
    opened(null, channel);
  }

  adoptDatagram(sock: unknown, opened: Completion<DatagramChannel>): void {
    adoptDatagramSocket(sock, (error, socket) => {
      if (socket === null) opened(error, null);
      else opened(null, new SelectorDatagramChannel(this.#environment, socket));
    });
  }

  sendfile(
    channel: SocketChannel,
    file: number,
    offset: number,
    count: number | null,
  ): AbstractFuture<number> {
    return sendFile(this.#environment.loop, channel as SelectorStreamChannel, { file, offset, count });
  }

  close(): void {
    this.#environment.close();
  }
}

/** Makes something of a socket that was opened here, and closes the socket when that fails. */
function orClose<T>(socket: Socket, make: (socket: Socket) => T): T {
  try {
    return make(socket);
  } catch (error) {
    socket.close();
    throw error;
  }
}

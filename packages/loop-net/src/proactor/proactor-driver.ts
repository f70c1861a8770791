import net from 'node:net';
import type { InetAddress, SchedulingLoop } from '@bight/loop-abstract';
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
import type { SocketChannel } from '../driver/socket-channel.js';
import type { TlsChannel } from '../driver/tls-channel.js';
import { ChannelEnvironment } from '../node/channel-environment.js';
import { createServerHandle, listenOnHandle } from '../node/node-handle.js';
import { secureChannel } from '../node/node-tls-channel.js';
import type { TlsPlan } from '../tls/tls-plan.js';
import { adoptListener, adoptStream } from './adopt.js';
import { bindHandle } from './bind.js';
import { bindByListening } from './bind-by-listening.js';
import { NodeConnectAttempt } from './connect.js';
import { NodeListener } from './node-listener.js';
import { NodeListeningSocket } from './node-listening-socket.js';
import { adoptDatagram, openDatagram } from './open-datagram.js';

/** The network by way of Node's own sockets: no native code, every platform. */
export class ProactorDriver implements NetDriver {
  readonly loopClass = 'ProactorEventLoop';
  readonly #environment: ChannelEnvironment;

  constructor(loop: SchedulingLoop) {
    this.#environment = new ChannelEnvironment(loop);
  }

  connect(
    address: StreamAddress,
    local: InetAddress | null,
    settled: Completion<SocketChannel>,
  ): ConnectAttempt {
    return new NodeConnectAttempt(this.#environment, address, local, settled);
  }

  bind(address: StreamAddress, options: BindOptions): Listener {
    const create = createServerHandle();
    if (create === null) return bindByListening(this.#environment, address, options);
    const { handle, name } = bindHandle(create, address, options);
    const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true });
    const socket = new NodeListeningSocket({
      name,
      keepAlive: options.keepAlive,
      reusePort: options.reusePort,
      fileno: () => handle.fd ?? -1,
      isListening: () => server.listening,
    });
    return new NodeListener(this.#environment, {
      server,
      listen: (backlog) => listenOnHandle(server, handle, backlog),
      discard: () => handle.close(),
      socket,
      keepAlive: options.keepAlive,
      isUnix: typeof name === 'string',
    });
  }

  adoptStream(sock: unknown): SocketChannel {
    return adoptStream(this.#environment, sock);
  }

  adoptListener(sock: unknown): Listener {
    return adoptListener(this.#environment, sock);
  }

  secure(channel: SocketChannel, received: Buffer | null, plan: TlsPlan): TlsChannel {
    return secureChannel(this.#environment, channel, received, plan);
  }

  openDatagram(options: DatagramOptions, opened: Completion<DatagramChannel>): void {
    openDatagram(this.#environment, options, opened);
  }

  adoptDatagram(sock: unknown, opened: Completion<DatagramChannel>): void {
    adoptDatagram(this.#environment, sock, opened);
  }

  close(): void {
    for (const resource of [...this.#environment.open]) resource.close();
  }
}

import type {
  AbstractFuture,
  AbstractServer,
  AddrInfo,
  ConnectAcceptedSocketOptions,
  Constructor,
  CreateConnectionOptions,
  CreateDatagramEndpointOptions,
  CreateServerOptions,
  CreateUnixConnectionOptions,
  CreateUnixServerOptions,
  DatagramProtocolLike,
  DatagramTransport,
  FileSource,
  GetaddrinfoOptions,
  GetnameinfoOptions,
  InetAddress,
  NetLoop,
  ProtocolFactory,
  SendfileOptions,
  SSLContextLike,
  StartTlsOptions,
  StreamProtocolLike,
  StreamSocketSource,
  Transport,
  WriteTransport,
} from '@bight/loop-abstract';
import type { NetDriver } from '../driver/net-driver.js';
import { checkOpen, type NetBaseLoop, type NetHostLoop, type Network } from '../driver/network.js';
import { connectAcceptedSocket } from '../methods/connect-accepted-socket.js';
import { createConnection } from '../methods/create-connection.js';
import { createDatagramEndpoint } from '../methods/create-datagram-endpoint.js';
import { createServer } from '../methods/create-server.js';
import { createUnixConnection } from '../methods/create-unix-connection.js';
import { createUnixServer } from '../methods/create-unix-server.js';
import { startTls } from '../methods/start-tls.js';
import { getaddrinfo } from '../resolver/getaddrinfo.js';
import { getnameinfo } from '../resolver/getnameinfo.js';
import { sendfile } from '../sendfile/sendfile.js';

const networks = new WeakMap<object, Network>();

/**
 * Adds the methods of {@link NetLoop} to a class of loops, on a driver that is made for each loop when it is needed.
 */
export function withDriver<B extends Constructor<NetHostLoop>>(
  Base: B,
  makeDriver: (loop: NetHostLoop) => NetDriver,
): B & Constructor<NetLoop> {
  function network(loop: NetBaseLoop): Network {
    let found = networks.get(loop);
    if (found === undefined) {
      // A closed loop would make a driver that is never closed.
      checkOpen({ loop });
      found = { loop, driver: makeDriver(loop) };
      networks.set(loop, found);
    }
    return found;
  }

  class NetworkedLoop extends Base {
    createConnection<P extends StreamProtocolLike>(
      protocolFactory: ProtocolFactory<P>,
      options: CreateConnectionOptions,
    ): AbstractFuture<[Transport, P]> {
      return createConnection(network(this), protocolFactory, options);
    }

    createServer(
      protocolFactory: ProtocolFactory<StreamProtocolLike>,
      options?: CreateServerOptions | null,
    ): AbstractFuture<AbstractServer> {
      return createServer(network(this), protocolFactory, options);
    }

    createDatagramEndpoint<P extends DatagramProtocolLike>(
      protocolFactory: ProtocolFactory<P>,
      options: CreateDatagramEndpointOptions,
    ): AbstractFuture<[DatagramTransport, P]> {
      return createDatagramEndpoint(network(this), protocolFactory, options);
    }

    createUnixConnection<P extends StreamProtocolLike>(
      protocolFactory: ProtocolFactory<P>,
      options: CreateUnixConnectionOptions,
    ): AbstractFuture<[Transport, P]> {
      return createUnixConnection(network(this), protocolFactory, options);
    }

    createUnixServer(
      protocolFactory: ProtocolFactory<StreamProtocolLike>,
      options: CreateUnixServerOptions,
    ): AbstractFuture<AbstractServer> {
      return createUnixServer(network(this), protocolFactory, options);
    }

    connectAcceptedSocket<P extends StreamProtocolLike>(
      protocolFactory: ProtocolFactory<P>,
      sock: StreamSocketSource,
      options?: ConnectAcceptedSocketOptions | null,
    ): AbstractFuture<[Transport, P]> {
      return connectAcceptedSocket(network(this), protocolFactory, sock, options);
    }

    startTls(
      transport: Transport,
      protocol: StreamProtocolLike,
      sslContext: SSLContextLike,
      options?: StartTlsOptions | null,
    ): AbstractFuture<Transport | null> {
      return startTls(network(this), transport, protocol, sslContext, options);
    }

    sendfile(
      transport: WriteTransport,
      file: FileSource,
      options?: SendfileOptions | null,
    ): AbstractFuture<number> {
      return sendfile(network(this), transport, file, options);
    }

    getaddrinfo(
      host: string | Uint8Array | null,
      port: number | string | null,
      options?: GetaddrinfoOptions | null,
    ): AbstractFuture<AddrInfo[]> {
      return getaddrinfo(network(this), host, port, options);
    }

    getnameinfo(
      sockaddr: InetAddress,
      options?: GetnameinfoOptions | null,
    ): AbstractFuture<[host: string, service: string]> {
      return getnameinfo(network(this), sockaddr, options);
    }

    override close(): void {
      // A running loop refuses to be closed; its connections must not be lost to the attempt.
      if (!this.isRunning()) networks.get(this)?.driver.close();
      super.close();
    }
  }
  return NetworkedLoop as unknown as B & Constructor<NetLoop>;
}

import {
  type Address,
  type AddrInfo,
  type InetAddress,
  NotImplementedError,
  type SchedulingLoop,
  type TaskLoop,
} from '@bight/loop-abstract';
import { typeError } from '@bight/loop-abstract/validate';
import { AF_INET6, AF_UNIX, SOCK_DGRAM, SOCK_STREAM } from '@bight/loop-net/constants';
import type {
  BindOptions,
  Completion,
  ConnectAttempt,
  DatagramChannel,
  DatagramOptions,
  NameResolver,
  NetDriver,
  SocketChannel,
  StreamAddress,
  TlsChannel,
  TlsPlan,
} from '@bight/loop-net/low-level';
import { osError } from '../errors/os-errors.js';
import {
  kCheckOwn,
  kDatagrams,
  kDropAll,
  kHere,
  kListeners,
  kPaths,
  kProcess,
  kSourceFor,
  kTls,
  kVanish,
} from '../internals.js';
import { SimulatedConnectAttempt } from './connect-attempt.js';
import { makeAddress } from './make-address.js';
import type { SimulatedChannel } from './simulated-channel.js';
import { SimulatedDatagramChannel } from './simulated-datagram-channel.js';
import type { SimulatedHost } from './simulated-host.js';
import { SimulatedListener } from './simulated-listener.js';
import type { SimulatedNetwork } from './simulated-network.js';
import { SimulatedResolver } from './simulated-resolver.js';
import { SimulatedSocket } from './simulated-socket.js';
import { SimulatedTlsChannel } from './simulated-tls-channel.js';
import { takeChannel } from './socketpair.js';
import { connectUnix } from './unix-connect.js';

/** The network by way of a simulation: everything happens on the host on which the calling code runs. */
export class SimulatedDriver implements NetDriver {
  readonly loopClass = 'VirtualEventLoop';
  readonly hasSocketFiles = false;
  readonly resolver: NameResolver;
  readonly #network: SimulatedNetwork;
  readonly #loop: SchedulingLoop;
  readonly #datagrams = new Set<SimulatedDatagramChannel>();
  readonly #listeners = new Set<SimulatedListener>();

  constructor(network: SimulatedNetwork, loop: SchedulingLoop & TaskLoop) {
    this.#network = network;
    this.#loop = loop;
    this.resolver = new SimulatedResolver(network, loop);
  }

  connect(
    address: StreamAddress,
    local: InetAddress | null,
    settled: Completion<SocketChannel>,
  ): ConnectAttempt {
    const host = this.#network[kHere];
    if ('path' in address) return connectUnix(this.#network, this.#loop, host, address.path, settled);
    const remote = address.sockaddr as InetAddress;
    return new SimulatedConnectAttempt(this.#network, this.#loop, host, remote, local, settled);
  }

  bind(address: StreamAddress, options: BindOptions): SimulatedListener {
    const host = this.#network[kHere];
    const listener =
      'path' in address
        ? this.#bindPath(host, address.path)
        : this.#bindPort(host, address, options.reusePort);
    this.#listeners.add(listener);
    return listener;
  }

  #bindPort(host: SimulatedHost, { sockaddr }: AddrInfo, isShared: boolean): SimulatedListener {
    const wanted = sockaddr as InetAddress;
    host[kCheckOwn](wanted);
    const name = makeAddress(wanted.host, host[kListeners].reserve(wanted, isShared));
    const listener = new SimulatedListener(
      this.#loop,
      host[kProcess],
      new SimulatedSocket(SOCK_STREAM, name, null),
      () => {
        host[kListeners].remove(name, listener);
        this.#listeners.delete(listener);
      },
    );
    host[kListeners].add(name, isShared, listener);
    return listener;
  }

  #bindPath(host: SimulatedHost, path: string): SimulatedListener {
    if (host[kPaths].has(path)) throw osError('EADDRINUSE', 'bind', path);
    const listener = new SimulatedListener(
      this.#loop,
      host[kProcess],
      new SimulatedSocket(SOCK_STREAM, path, null),
      () => {
        host[kPaths].delete(path);
        this.#listeners.delete(listener);
      },
    );
    host[kPaths].set(path, listener);
    return listener;
  }

  adoptStream(sock: unknown): SocketChannel {
    const channel = takeChannel(sock);
    if (channel === null) throw typeError('sock', "one of the network's socketpair()", sock);
    return channel;
  }

  adoptListener(sock: unknown): never {
    throw typeError('sock', 'nothing: a simulated network has no listening sockets to hand over', sock);
  }

  adoptDatagram(sock: unknown): never {
    throw typeError('sock', 'nothing: a simulated network has no datagram sockets to hand over', sock);
  }

  secure(channel: SocketChannel, received: Buffer | null, plan: TlsPlan): TlsChannel {
    const host = this.#network[kHere];
    return new SimulatedTlsChannel({
      world: this.#network,
      loop: this.#loop,
      process: host[kProcess],
      host: host[kTls],
      channel: channel as SimulatedChannel,
      received,
      plan,
    });
  }

  openDatagram(options: DatagramOptions, opened: Completion<DatagramChannel>): void {
    if (options.family === AF_UNIX) {
      throw new NotImplementedError('Unix datagram sockets are not possible on a simulated network');
    }
    let channel: SimulatedDatagramChannel;
    try {
      channel = this.#openDatagram(this.#network[kHere], options);
    } catch (error) {
      opened(error as Error, null);
      return;
    }
    opened(null, channel);
  }

  #openDatagram(host: SimulatedHost, options: DatagramOptions): SimulatedDatagramChannel {
    const remote = options.allowBroadcast ? null : inetAddress(options.remote);
    const name = this.#datagramName(host, options, remote);
    const socket = new SimulatedSocket(SOCK_DGRAM, name, remote);
    const { allowBroadcast, reusePort } = options;
    const channel = new SimulatedDatagramChannel({
      network: this.#network,
      loop: this.#loop,
      host,
      socket,
      name,
      peer: remote,
      allowBroadcast,
    });
    host[kDatagrams].add(name, reusePort, channel);
    this.#datagrams.add(channel);
    return channel;
  }

  /**
   * Where a socket is bound: the requested address, or, once it is connected, the address that the other end will see.
   */
  #datagramName(host: SimulatedHost, options: DatagramOptions, remote: InetAddress | null): InetAddress {
    const local =
      inetAddress(options.local) ?? makeAddress(options.family === AF_INET6 ? '::' : '0.0.0.0', 0);
    host[kCheckOwn](local);
    const port = host[kDatagrams].reserve(local, options.reusePort);
    return makeAddress(remote === null ? local.host : host[kSourceFor](remote.host, local), port);
  }

  close(): void {
    for (const listener of [...this.#listeners]) listener.close();
    for (const channel of this.#datagrams) channel[kVanish]();
    this.#network[kDropAll]((channel: SimulatedChannel) => channel[kVanish]());
  }
}

function inetAddress(address: Address | null): InetAddress | null {
  return address as InetAddress | null;
}

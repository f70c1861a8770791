import type net from 'node:net';
import type { InetAddress } from '@bight/loop-abstract';
import { enterFromHost } from '@bight/loop-core/low-level';
import { joinScope } from '../addresses/scope.js';
import type { Completion, ConnectAttempt, StreamAddress } from '../driver/net-driver.js';
import { placeOf } from '../driver/place-of.js';
import type { SocketChannel } from '../driver/socket-channel.js';
import { kSettle } from '../internals.js';
import type { ChannelEnvironment } from '../node/channel-environment.js';
import { DirectSocket } from '../node/direct-channel.js';
import { inOneForm, type Places } from './in-one-form.js';

/** An attempt to connect with one of Node's sockets. */
export class NodeConnectAttempt implements ConnectAttempt {
  readonly #environment: ChannelEnvironment;
  readonly #socket: DirectSocket;
  readonly #path: string | null;
  readonly #places: Places;
  #settled: Completion<SocketChannel> | null;
  #channel: SocketChannel | null = null;

  constructor(
    environment: ChannelEnvironment,
    address: StreamAddress,
    local: InetAddress | null,
    settled: Completion<SocketChannel>,
  ) {
    this.#environment = environment;
    this.#settled = settled;
    this.#path = 'path' in address ? address.path : null;
    const bind = local === null ? null : { address: local.host, port: local.port };
    this.#places = { bind, connect: placeOf(address) };
    this.#socket = new DirectSocket(environment, null);
    const socket = this.#socket.net;
    environment.open.add(this);
    socket.once('connect', this.#connected);
    socket.once('error', this.#failed);
    socket.connect(connectOptions(address, local));
    socket.unref();
  }

  readonly #connected = (): void => {
    this.#socket.net.removeListener('error', this.#failed);
    const unix = this.#path === null ? null : { name: '', peer: this.#path };
    this.#channel = this.#socket.connected({ keepAlive: false, unix });
    // The kernel connects Unix sockets at once, so asyncio has no event to wait for.
    if (this.#path === null) this.#environment.arrivals.connected(() => this[kSettle](null));
    else enterFromHost(this.#environment.loop, settle, this, null);
  };

  readonly #failed = (error: Error): void => {
    enterFromHost(this.#environment.loop, settle, this, inOneForm(error, this.#places));
  };

  /** @internal */
  [kSettle](error: Error | null): void {
    const settled = this.#settled;
    if (settled === null) return;
    this.#settled = null;
    this.#environment.open.delete(this);
    settled(error, error === null ? this.#channel : null);
  }

  cancel(): void {
    if (this.#settled === null) return;
    this.#settled = null;
    this.#environment.open.delete(this);
    this.#channel?.close();
    const socket = this.#socket.net;
    socket.on('error', ignore);
    socket.destroy();
  }

  close(): void {
    this.cancel();
  }
}

function settle(this: NodeConnectAttempt, error: Error | null): void {
  this[kSettle](error);
}

function connectOptions(address: StreamAddress, local: InetAddress | null): net.NetConnectOpts {
  if ('path' in address) return { path: address.path };
  const { host, port, scopeId } = address.sockaddr as InetAddress;
  const options: net.TcpNetConnectOpts = { host: joinScope(host, scopeId), port, autoSelectFamily: false };
  if (local !== null) {
    options.localAddress = joinScope(local.host, local.scopeId);
    if (local.port !== 0) options.localPort = local.port;
  }
  return options;
}

function ignore(): void {}

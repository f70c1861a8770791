import type { Duplex } from 'node:stream';
import type { CipherNameAndProtocol, PeerCertificate, TLSSocket } from 'node:tls';
import type { StreamSink } from '@bight/loop-core/low-level';
import { enterFromHost } from '@bight/loop-core/low-level';
import type { SocketChannel } from '../driver/socket-channel.js';
import type { TlsChannel, TlsSink } from '../driver/tls-channel.js';
import {
  kArrive,
  kEnvironment,
  kNet,
  kRelease,
  kReportDrained,
  kReportSecured,
  kSessions,
  kTakesAtOnce,
} from '../internals.js';
import { type Session, sessionKey } from '../tls/session-cache.js';
import type { TlsPlan } from '../tls/tls-plan.js';
import type { ChannelEnvironment } from './channel-environment.js';
import { FlowingChannel } from './flowing-channel.js';
import { NodeStreamChannel } from './node-stream-channel.js';
import type { NodeSocketInfo } from './node-stream-socket.js';
import { receiveInto } from './receive-into.js';
import { clientTlsSocket, peerCertificate, serverTlsSocket, verifyClient } from './tls-socket.js';

/** A `TLSSocket` as a channel. */
class NodeTlsChannel extends FlowingChannel implements TlsChannel {
  readonly #secured: TLSSocket;
  #sink: TlsSink | null = null;
  #isFlushed = false;
  #cipher: CipherNameAndProtocol | undefined;
  #certificate: PeerCertificate | undefined;

  /** @param resumed - what the server had shown when the session began that is to be resumed */
  constructor(
    environment: ChannelEnvironment,
    secured: TLSSocket,
    info: NodeSocketInfo,
    plan: TlsPlan,
    resumed: PeerCertificate | undefined,
  ) {
    super(environment, secured, info);
    this.#secured = secured;
    this.#certificate = resumed;
    // Not before the handshake, which needs a socket that reads although nothing is wanted yet.
    secured.once('secure', () => this.#receiveDirectly(secured));
    if (plan.serverSide) secured.on('secure', () => this.#checkClient(plan));
    else secured.on('secureConnect', () => enterFromHost(environment.loop, deliverSecured, this, undefined));
    secured.on('finish', () => {
      this.#isFlushed = true;
      enterFromHost(environment.loop, deliverFlushed, this, undefined);
    });
  }

  override open(sink: StreamSink): void {
    super.open(sink);
    this.#sink = sink as TlsSink;
  }

  override close(): void {
    this.#sink = null;
    super.close();
  }

  /** While nothing else is being written Node encrypts at once, and copies what it cannot encrypt yet. */
  override get [kTakesAtOnce](): boolean {
    return !this.#secured.connecting;
  }

  /** The handle's own count is of what was encrypted. */
  override get unsentBytes(): number {
    return this[kNet].destroyed ? 0 : this[kNet].writableLength;
  }

  get isFlushed(): boolean {
    return this.#isFlushed;
  }

  #receiveDirectly(secured: TLSSocket): void {
    const { receiveMemory } = this[kEnvironment];
    receiveInto(secured, receiveMemory, (length) => this[kArrive](receiveMemory.subarray(0, length), true));
  }

  #checkClient(plan: TlsPlan): void {
    const error = verifyClient(this.#secured, plan);
    if (error === null) enterFromHost(this[kEnvironment].loop, deliverSecured, this, undefined);
    else this.#secured.destroy(error);
  }

  /** @internal */
  [kReportSecured](): void {
    // Asked for now: a connection that is over still has to be able to say it, and Node cannot.
    this.#cipher = this.#secured.getCipher();
    const shown = peerCertificate(this.#secured);
    if (shown !== undefined || !this.#secured.isSessionReused()) this.#certificate = shown;
    this.#sink?.secured();
  }

  tlsInfo(name: string): unknown {
    switch (name) {
      case 'sslObject':
        return this.#secured;
      case 'cipher':
        return this.#cipher;
      case 'peercert':
        return this.#certificate;
      default:
        return undefined;
    }
  }
}

function deliverSecured(this: NodeTlsChannel): void {
  this[kReportSecured]();
}

function deliverFlushed(this: NodeTlsChannel): void {
  this[kReportDrained]();
}

/** Begins TLS on one of Node's channels; bytes that came already are put back into the socket first. */
export function secureChannel(
  environment: ChannelEnvironment,
  channel: SocketChannel,
  received: Buffer | null,
  plan: TlsPlan,
): TlsChannel {
  if (!(channel instanceof NodeStreamChannel)) throw new TypeError('channel must be one of the proactor');
  const { [kNet]: socket, socket: info } = channel;
  const kept = channel[kRelease]();
  const bytes = [received, kept].filter((piece) => piece !== null);
  return secureSocket(environment, { net: socket, info, received: Buffer.concat(bytes), plan });
}

/** What TLS is made on: a socket, what is to be shown of it, and what has come through it. */
export interface SecureParts {
  readonly net: Duplex;
  readonly info: NodeSocketInfo;
  readonly received: Buffer;
  readonly plan: TlsPlan;
}

/** Begins TLS on one of Node's sockets. */
export function secureSocket(
  environment: ChannelEnvironment,
  { net, info, received, plan }: SecureParts,
): TlsChannel {
  net.on('error', ignore);
  if (received.length > 0) net.unshift(received);
  let secured: TLSSocket;
  let known: Session | undefined;
  try {
    if (plan.serverSide) secured = serverTlsSocket(net, plan);
    else {
      const key = sessionKey(info, plan);
      known = plan.context[kSessions].get(key);
      secured = clientTlsSocket(net, plan, key, known);
    }
  } catch (error) {
    net.destroy();
    throw error;
  }
  return new NodeTlsChannel(environment, secured, info, plan, known?.certificate);
}

function ignore(): void {}

import {
  type AbstractFuture,
  type SSLContextLike,
  type StartTlsOptions,
  type StreamProtocolLike,
  type Transport,
  ValueError,
} from '@bight/loop-abstract';
import { checkBytes, checkOptions, checkString, typeError } from '@bight/loop-abstract/validate';
import { coroutine } from '@bight/loop-core';
import { StreamTransport } from '@bight/loop-core/low-level';
import { toServerName } from '../addresses/server-name.js';
import { checkOpen, type Network } from '../driver/network.js';
import { isSSLContext, type SSLContext } from '../tls/ssl-context.js';
import { checkTimeouts, requireTls, type TlsPlan } from '../tls/tls-plan.js';
import { type SocketCore, socketCoreOf } from '../transports/socket-core.js';
import { TlsCore } from '../transports/tls-core.js';
import { checkProtocol } from './check-arguments.js';

/**
 * A protocol that keeps bytes which it has received and not consumed, such as a stream reader, and gives them back when
 * the connection is upgraded: with a proxy's header and the client's hello in one segment, the hello is among them.
 */
export interface KeepsUnread {
  /** Called by `startTls()`: what was received and not consumed, which the protocol has to forget. */
  takeUnread(): Uint8Array | null;
}

const OPTIONS = ['serverSide', 'serverHostname', 'sslHandshakeTimeout', 'sslShutdownTimeout'] as const;

/** `loop.startTls()`. */
export function startTls(
  net: Network,
  transport: Transport,
  protocol: StreamProtocolLike,
  sslContext: SSLContextLike,
  givenOptions?: StartTlsOptions | null,
): AbstractFuture<Transport | null> {
  checkOpen(net);
  if (!isSSLContext(sslContext)) throw typeError('sslContext', 'an SSLContext', sslContext);
  requireTls();
  const core = socketCoreOf(transport);
  if (core === null) {
    throw typeError(
      'transport',
      'a stream transport of this package, as startTls() can upgrade it',
      transport,
    );
  }
  checkProtocol(protocol);
  const options = checkOptions(givenOptions, OPTIONS);
  const serverSide = Boolean(options.serverSide);
  if (serverSide && (options.serverHostname ?? null) !== null) {
    throw new ValueError('serverHostname can only be specified for the client side');
  }
  const plan: TlsPlan = {
    context: sslContext,
    serverSide,
    serverHostname: serverSide ? '' : nameOfServer(core, sslContext, options.serverHostname ?? null),
    ...checkTimeouts(options),
  };
  return coroutine(net.loop, () => upgrade(net, core, protocol, plan), { keepsContext: true });
}

/** The name that was given, or else that of the host that the connection was made to. */
function nameOfServer(core: SocketCore, { options }: SSLContext, given: string | null): string {
  if (given !== null) return toServerName(checkString(given, 'serverHostname'), 'serverHostname');
  const name = core.hostName ?? '';
  const isChecked = options.checkHostname !== false || options.checkServerIdentity !== undefined;
  if (name === '' && isChecked) {
    throw new ValueError(
      "startTls() needs serverHostname on a connection that was made without a host name ('' accepts any)",
    );
  }
  return toServerName(name, 'serverHostname');
}

function* upgrade(
  net: Network,
  core: SocketCore,
  protocol: StreamProtocolLike,
  plan: TlsPlan,
): Generator<unknown, Transport | null, unknown> {
  if (core.isClosing()) return null;
  // Whatever comes from now on belongs to TLS, and so do the bytes that the protocol did not consume.
  core.beginOperation({ name: 'startTls' });
  try {
    const unread = takeUnread(protocol);
    // What was written before does not.
    yield* core.emptied();
    if (core.isClosing()) return null;
    const { channel, received, isOver, owner } = core.surrender();
    const secured = new TlsCore({
      loop: net.loop,
      channel: net.driver.secure(channel, concat(unread, received), plan),
      plan,
      protocol,
      owner,
      isUpgraded: true,
      context: core.context,
    });
    secured.hostName = core.hostName;
    const transport = new StreamTransport(secured);
    core.upgradedTo = secured;
    owner?.detach(core.transport);
    const waiter = net.loop.createFuture<void>();
    secured.start(waiter);
    // The channel reports the end once, and has done so.
    if (isOver) secured.soon(endDuringHandshake, [secured]);
    yield* waiter;
    // Not before the coroutines that wait for the new transport have it.
    secured.scheduleReading(null);
    return transport;
  } catch (error) {
    core.close();
    throw error;
  }
}

function endDuringHandshake(core: TlsCore): void {
  core.ended();
}

function takeUnread(protocol: StreamProtocolLike & Partial<KeepsUnread>): Buffer | null {
  const unread = protocol.takeUnread?.() ?? null;
  return unread === null ? null : Buffer.from(checkBytes(unread, 'what takeUnread() returned'));
}

function concat(one: Buffer | null, other: Buffer | null): Buffer | null {
  return one === null || other === null ? (one ?? other) : Buffer.concat([one, other]);
}

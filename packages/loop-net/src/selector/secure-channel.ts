import { disownDescriptor } from '@bight/sockets/low-level';
import type { SocketChannel } from '../driver/socket-channel.js';
import type { TlsChannel } from '../driver/tls-channel.js';
import { kSurrender } from '../internals.js';
import { DirectSocket } from '../node/direct-channel.js';
import { secureChannel as secureNodeChannel, secureSocket } from '../node/node-tls-channel.js';
import { nativeTls } from '../tls/native-tls.js';
import type { TlsPlan } from '../tls/tls-plan.js';
import { channelStream } from './channel-stream.js';
import { OpenSslChannel, secureByOpenSsl } from './openssl/openssl-channel.js';
import type { SelectorEnvironment } from './selector-environment.js';
import { SelectorStreamChannel } from './selector-stream-channel.js';

/**
 * Begins TLS on a channel. OpenSSL goes over it where that is possible; otherwise its descriptor, and whatever came
 * through it, goes to Node's own TLS.
 */
export function secureChannel(
  environment: SelectorEnvironment,
  channel: SocketChannel,
  received: Buffer | null,
  plan: TlsPlan,
): TlsChannel {
  const secured = nativeTls() ? secureByOpenSsl(environment, channel, received, plan) : null;
  if (secured !== null) return secured;
  if (channel instanceof OpenSslChannel) {
    const { socket: info } = channel;
    const bytes = received ?? Buffer.alloc(0);
    return secureSocket(environment.tls, { net: channelStream(channel), info, received: bytes, plan });
  }
  // TLS within TLS: it is one of Node's already.
  if (!(channel instanceof SelectorStreamChannel)) {
    return secureNodeChannel(environment.tls, channel, received, plan);
  }
  const { fd, socket, received: undelivered } = channel[kSurrender]();
  // Node closes it from now on.
  disownDescriptor(fd);
  const { net } = new DirectSocket(environment.tls, { fd });
  environment.engine.claims.add(fd, net);
  const bytes = Buffer.concat(received === null ? undelivered : [received, ...undelivered]);
  return secureSocket(environment.tls, { net, info: socket, received: bytes, plan });
}

/**
 * For authors of loops and network drivers: how to put the transports, servers, TLS and connection racing of this
 * package on something else than the sockets of the operating system.
 *
 * @packageDocumentation
 */

export { type ErrorDetails, systemError } from '@bight/loop-abstract/system-error';
export type { StreamChannel, StreamSink } from '@bight/loop-core/low-level';
export type { DatagramChannel, DatagramSink } from './driver/datagram-channel.js';
export type { NameResolver } from './driver/name-resolver.js';
export type {
  BindOptions,
  Completion,
  ConnectAttempt,
  DatagramOptions,
  Listener,
  ListenerSink,
  NetDriver,
  StreamAddress,
} from './driver/net-driver.js';
export type { SocketChannel } from './driver/socket-channel.js';
export type { TlsChannel, TlsSink } from './driver/tls-channel.js';
export { withDriver } from './loops/with-driver.js';
export { type ListenerSource, setListenerSource } from './methods/listener-source.js';
export { stopAccepting } from './methods/server.js';
export { SelectorHost } from './selector/selector-host.js';
export { CONTEXT_OPTIONS } from './tls/context-options.js';
export { nativeTls, setNativeTls } from './tls/native-tls.js';
export { isSSLContext } from './tls/ssl-context.js';
export type { TlsPlan } from './tls/tls-plan.js';

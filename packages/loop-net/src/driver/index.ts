/**
 * For authors of network drivers: how to put the transports, servers, TLS and connection racing of this package on
 * something else than the sockets of the operating system.
 *
 * @packageDocumentation
 */

export { type ErrorPlace, systemError } from '../proactor/system-error.js';
export type { TlsPlan } from '../tls/tls-plan.js';
export { withDriver } from '../with-driver.js';
export type { DatagramChannel, DatagramSink } from './datagram-channel.js';
export { type HostDoor, hostDoor } from './host-door.js';
export type { NameResolver } from './name-resolver.js';
export type {
  BindOptions,
  ConnectAttempt,
  ConnectSettled,
  DatagramOpened,
  DatagramOptions,
  Listener,
  ListenerSink,
  NetDriver,
  StreamAddress,
} from './net-driver.js';
export type { StreamChannel, StreamSink } from './stream-channel.js';
export type { TlsChannel, TlsSink } from './tls-channel.js';

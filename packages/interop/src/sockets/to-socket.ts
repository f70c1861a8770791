import type { Socket } from 'node:net';
import { type AbstractEventLoop, RuntimeError, type Transport } from '@bight/loop-abstract';
import { checkOptions, typeError } from '@bight/loop-abstract/validate';
import { getRunningLoop } from '@bight/loop-core';
import { coreOf } from '@bight/loop-core/low-level';
import { kAttach } from '../internals.js';
import { transportSocketClass } from './sockets.js';

/** What {@link toSocket} takes beside the transport. */
export interface ToSocketOptions {
  /**
   * Whether the socket stays open for writing when the peer has ended its side; `false` when not given, as with Node.
   */
  allowHalfOpen?: boolean | null;
}

/**
 * Makes a socket of a transport, for libraries that want a socket: `instanceof net.Socket` is true, and over TLS
 * `instanceof tls.TLSSocket`. Events, back-pressure, half-close and time-outs (in **milliseconds**) are as with Node's
 * sockets.
 *
 * The socket takes the protocol's place. Bytes that were received already stay with the earlier protocol. `'connect'`,
 * `'ready'` and `'secureConnect'` are not emitted again.
 *
 * @typeParam S - what the caller knows the socket to be: a `tls.TLSSocket` on a TLS transport
 * @param options - `allowHalfOpen`
 * @throws {TypeError} unless it is a transport, and for unknown options
 * @throws {RuntimeError} when the transport is closing
 */
export function toSocket<S extends Socket = Socket>(
  transport: Transport,
  options?: ToSocketOptions | null,
): S {
  const { allowHalfOpen } = checkOptions(options, ['allowHalfOpen']);
  checkTransport(transport);
  if (transport.isClosing())
    throw new RuntimeError('toSocket() needs a transport that is open; it is closing');
  const isSecured = transport.getExtraInfo<string, null>('sslObject', null) !== null;
  const Class = transportSocketClass(isSecured);
  const socket = new Class({ loop: loopOf(transport), allowHalfOpen: allowHalfOpen ?? false });
  socket[kAttach](transport);
  return socket as unknown as S;
}

function checkTransport(transport: Transport): void {
  const { setProtocol, write } = Object(transport) as Partial<Transport>;
  if (typeof setProtocol !== 'function' || typeof write !== 'function')
    throw typeError('transport', 'a Transport', transport);
}

/** A transport made by a program does not show which loop it belongs to. */
function loopOf(transport: Transport): AbstractEventLoop {
  return (coreOf(transport)?.loop as AbstractEventLoop | undefined) ?? getRunningLoop();
}

import { PlainBase, SecuredBase } from './bases.js';
import { withTlsProperties } from './tls-properties.js';
import { socketClass, type TransportSocketClass } from './transport-socket.js';

/** A `net.Socket` over a transport. */
export const TransportSocket: TransportSocketClass = named(socketClass(PlainBase), 'Socket');

/** A `tls.TLSSocket` over a TLS transport. */
export const SecuredTransportSocket: TransportSocketClass = named(
  withTlsProperties(socketClass(SecuredBase)),
  'TLSSocket',
);

/** Some libraries look at the name of the class. */
function named<C extends object>(Class: C, name: string): C {
  return Object.defineProperty(Class, 'name', { value: name, configurable: true });
}

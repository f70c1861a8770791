import { plainBase, securedBase } from './bases.js';
import { withTlsProperties } from './tls-properties.js';
import { socketClass, type TransportSocketClass } from './transport-socket.js';

let plain: TransportSocketClass | undefined;
let secured: TransportSocketClass | undefined;

/**
 * The class of sockets over transports: a `net.Socket`, or a `tls.TLSSocket`. It is made when it is used first, since
 * Node's TLS costs a program that never uses it 7 MB.
 */
export function transportSocketClass(isSecured: boolean): TransportSocketClass {
  if (isSecured) {
    secured ??= named(withTlsProperties(socketClass(securedBase())), 'TLSSocket');
    return secured;
  }
  plain ??= named(socketClass(plainBase()), 'Socket');
  return plain;
}

/** Some libraries check the name of the class. */
function named<C extends object>(Class: C, name: string): C {
  return Object.defineProperty(Class, 'name', { value: name, configurable: true });
}

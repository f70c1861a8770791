import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { Protocol, type Transport } from '@bight/loop-abstract';
import { type AnyLoop, loopClasses } from '../../../bight/test/support/in-loop.js';
import { selfSigned } from '../../../bight/test/support/self-signed.js';

export type { AnyLoop };
export { loopClasses };

/** A key and a certificate for `localhost`. */
export const identity = selfSigned();

/** A connection: the socket under test, and the peer, which is Node's own. */
export interface Connection {
  readonly socket: net.Socket;
  readonly peer: net.Socket;
}

/** Connects a socket to a peer, which is Node's own; the server accepts no more. */
export async function connect(
  isSecured: boolean,
  dial: (port: number) => Promise<net.Socket>,
): Promise<Connection> {
  const options = { ...identity, allowHalfOpen: true };
  const server = isSecured ? tls.createServer(options) : net.createServer(options);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, isSecured ? 'secureConnection' : 'connection') as Promise<[net.Socket]>;
  const { port } = server.address() as net.AddressInfo;
  const [socket, [peer]] = await Promise.all([dial(port), accepted]);
  server.close();
  peer.on('error', () => {});
  return { socket, peer };
}

/** Connects a socket of Node itself. */
export const dialNode =
  (isSecured: boolean, allowHalfOpen: boolean) =>
  async (port: number): Promise<net.Socket> => {
    const options = { port, host: '127.0.0.1', allowHalfOpen };
    const socket = isSecured
      ? tls.connect({ ...options, ca: identity.cert, servername: 'localhost' })
      : net.connect(options);
    await once(socket, isSecured ? 'secureConnect' : 'connect');
    return socket;
  };

/** Makes a protocol that does nothing: the socket takes its place. */
export class Idle extends Protocol {}

/** Connects a transport. */
export async function dialLoop(loop: AnyLoop, port: number, ssl?: unknown): Promise<Transport> {
  const target = { host: '127.0.0.1', port };
  const options = ssl ? { ...target, ssl: ssl as never, serverHostname: 'localhost' } : target;
  const [transport] = await loop.createConnection(() => new Idle(), options);
  return transport;
}

import { isIP, type Socket } from 'node:net';
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect,
  type PeerCertificate,
  TLSSocket,
  type TLSSocketOptions,
} from 'node:tls';
import { kSecureContext, kSessions } from '../internals.js';
import type { Session } from '../tls/session-cache.js';
import type { TlsPlan } from '../tls/tls-plan.js';

/**
 * Makes the client's end of a TLS connection over a connected socket, which begins the handshake.
 *
 * @param known the session to resume; the next one is remembered in its place, under `sessionKey`
 */
export function clientTlsSocket(
  socket: Socket,
  plan: TlsPlan,
  sessionKey: string,
  known: Session | undefined,
): TLSSocket {
  const { context, serverHostname } = plan;
  const { alpnProtocols, rejectUnauthorized, checkHostname } = context.options;
  const named = serverHostname !== '';
  const options: ConnectionOptions = {
    socket,
    secureContext: context[kSecureContext],
    rejectUnauthorized,
    // What the certificate is checked for. Server name indication is for names only, not for addresses.
    host: serverHostname,
    servername: named && isIP(serverHostname) === 0 ? serverHostname : '',
    checkServerIdentity: (_, cert) =>
      named && checkHostname ? checkServerIdentity(serverHostname, cert) : undefined,
    session: known?.data,
  };
  if (alpnProtocols !== undefined) options.ALPNProtocols = [...alpnProtocols];
  const secured = connect(options);
  secured.on('session', (data) => {
    context[kSessions].set(sessionKey, { data, certificate: peerCertificate(secured) ?? known?.certificate });
  });
  return secured;
}

/** The certificate that the other end has shown in the handshake; `undefined` if it has shown none. */
export function peerCertificate(secured: TLSSocket): PeerCertificate | undefined {
  const certificate = secured.getPeerCertificate();
  return certificate !== null && Object.keys(certificate).length > 0 ? certificate : undefined;
}

/** Makes the server's end of a TLS connection over a connected socket, which waits for the client's hello. */
export function serverTlsSocket(socket: Socket, { context }: TlsPlan): TLSSocket {
  const { alpnProtocols, rejectUnauthorized, requestCert } = context.options;
  const options: TLSSocketOptions = {
    isServer: true,
    secureContext: context[kSecureContext],
    requestCert,
    rejectUnauthorized,
  };
  if (alpnProtocols !== undefined) options.ALPNProtocols = [...alpnProtocols];
  return new TLSSocket(socket, options);
}

/**
 * Why the client's certificate is not to be trusted; `null` where it is, or was not asked for.
 *
 * OpenSSL lets every certificate through and remembers its verdict; `tls.Server` asks for that, a bare `TLSSocket` does
 * not.
 */
export function clientCertificateError(secured: TLSSocket, { context }: TlsPlan): Error | null {
  const { requestCert, rejectUnauthorized } = context.options;
  if (!requestCert || !rejectUnauthorized) return null;
  const { _handle: handle } = secured as unknown as { _handle?: { verifyError?(): Error | null } };
  if (typeof handle?.verifyError === 'function') return handle.verifyError() ?? null;
  return secured.authorized ? null : new Error('the certificate of the client could not be verified');
}

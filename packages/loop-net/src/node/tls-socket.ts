import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect,
  type PeerCertificate,
  TLSSocket,
  type TLSSocketOptions,
} from 'node:tls';
import { certificateError } from '../errors/certificate-error.js';
import { kSecureContext, kSessions } from '../internals.js';
import { callCheck } from '../tls/check-server-identity.js';
import type { Session } from '../tls/session-cache.js';
import type { TlsPlan } from '../tls/tls-plan.js';

// Taken at import: fake timers that are installed later leave it alone.
const wallClockMs = Date.now.bind(Date);

/**
 * Makes the client's end of a TLS connection over a connected socket, which begins the handshake.
 *
 * @param known - the session to resume; the next one is remembered in its place, under `sessionKey`
 */
export function clientTlsSocket(
  socket: Duplex,
  plan: TlsPlan,
  sessionKey: string,
  known: Session | undefined,
): TLSSocket {
  const { context, serverHostname } = plan;
  const { alpnProtocols, rejectUnauthorized, checkHostname, checkServerIdentity: pinned } = context.options;
  const isNamed = serverHostname !== '';
  const options: ConnectionOptions = {
    socket,
    secureContext: context[kSecureContext],
    rejectUnauthorized,
    // What the certificate is checked for. Server name indication is for names only, not for addresses.
    host: serverHostname,
    servername: isNamed && isIP(serverHostname) === 0 ? serverHostname : '',
    checkServerIdentity: (_, cert) => {
      if (pinned !== undefined) return callCheck(pinned, serverHostname, cert);
      return isNamed && checkHostname ? checkServerIdentity(serverHostname, cert) : undefined;
    },
    session: known?.data,
  };
  if (alpnProtocols !== undefined) options.ALPNProtocols = [...alpnProtocols];
  const secured = connect(options);
  // Before any other listener: Node checks no name of a session that is resumed.
  secured.once('secureConnect', () => {
    if (!known?.authorizationError || !secured.isSessionReused()) return;
    secured.authorized = false;
    secured.authorizationError = known.authorizationError as unknown as Error;
  });
  secured.on('session', (data) => {
    const certificate = peerCertificate(secured) ?? known?.certificate;
    const authorizationError = (secured.authorizationError as unknown as string | null) ?? null;
    context[kSessions].set(sessionKey, { data, certificate, authorizationError });
  });
  return secured;
}

/** The certificate that the other end has shown in the handshake; `undefined` if it has shown none. */
export function peerCertificate(secured: TLSSocket): PeerCertificate | undefined {
  const certificate = secured.getPeerCertificate();
  return certificate !== null && Object.keys(certificate).length > 0 ? certificate : undefined;
}

/** Makes the server's end of a TLS connection over a connected socket, which waits for the client's hello. */
export function serverTlsSocket(socket: Duplex, { context }: TlsPlan): TLSSocket {
  const { alpnProtocols, rejectUnauthorized, requestCert } = context.options;
  const options: TLSSocketOptions = {
    isServer: true,
    secureContext: context[kSecureContext],
    requestCert,
    rejectUnauthorized,
  };
  if (alpnProtocols !== undefined) options.ALPNProtocols = [...alpnProtocols];
  const secured = new TLSSocket(socket as Socket, options);
  // Node reports what goes wrong after the handshake, endless renegotiation too, by this event, and destroys the socket
  // only if it belongs to a `tls.Server`.
  secured.on('_tlsError', (error: Error) => secured.destroy(error));
  return secured;
}

/**
 * Verifies a client once the handshake is over, and sets the result where programs look for it: `authorized` and
 * `authorizationError`, as `tls.Server` does. A bare `TLSSocket` does neither, since OpenSSL lets every certificate
 * through and only remembers its verdict.
 *
 * @returns why the client is refused; `null` where it is accepted
 */
export function verifyClient(secured: TLSSocket, { context }: TlsPlan): Error | null {
  const { requestCert, rejectUnauthorized } = context.options;
  if (!requestCert) return null;
  const error = clientCertificateError(secured);
  secured.authorized = error === null;
  if (error === null) return null;
  // The type of Node's declaration is an error, its documentation and what it does a code.
  secured.authorizationError = error.code as unknown as Error;
  return rejectUnauthorized ? error : null;
}

/**
 * Why the client's certificate is not to be trusted. A session that is resumed brings the certificate with which it
 * began.
 */
function clientCertificateError(secured: TLSSocket): NodeJS.ErrnoException | null {
  const certificate = peerCertificate(secured);
  // For a session without a certificate OpenSSL's verdict is good.
  if (certificate === undefined)
    return certificateError('UNABLE_TO_GET_ISSUER_CERT', 'no certificate was shown');
  const { _handle: handle } = secured as unknown as { _handle?: { verifyError?(): Error | null } };
  if (typeof handle?.verifyError !== 'function') {
    return certificateError(
      'CERT_UNTRUSTED',
      'this runtime does not say whether the certificate is in order',
    );
  }
  const error: NodeJS.ErrnoException | null | undefined = handle.verifyError();
  if (error !== null && error !== undefined) return error;
  return secured.isSessionReused() && wallClockMs() > Date.parse(certificate.valid_to)
    ? certificateError('CERT_HAS_EXPIRED', 'the certificate has expired since the session began')
    : null;
}

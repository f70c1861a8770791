import { type TlsConnection, tlsNumbers } from '@bight/sockets/low-level';
import { certificateError } from '../../errors/certificate-error.js';
import { callCheck } from '../../tls/check-server-identity.js';
import type { TlsPlan } from '../../tls/tls-plan.js';
import { verdictOf } from './openssl-errors.js';
import { issuersOf, type ShownCertificate, shownCertificate } from './peer-certificate.js';

// Taken at import: fake timers that are installed later leave it alone.
const wallClockMs = Date.now.bind(Date);

/** What a handshake has found out about the peer. */
export interface Verification {
  /** What the peer has shown now; `null` for nothing. */
  readonly shown: ShownCertificate | null;
  readonly isReused: boolean;
  /** Why the peer is not to be trusted; `null` where it is, or was not asked for anything. */
  readonly error: NodeJS.ErrnoException | null;
}

/** Verifies the peer when the handshake is over. The caller decides whether to refuse it. */
export function verifyPeer(
  connection: TlsConnection,
  plan: TlsPlan,
  knownError: string | null | undefined,
): Verification {
  const isReused = connection.numberOf(tlsNumbers.NUMBER_REUSED) === 1;
  const isAsked = !plan.serverSide || plan.context.options.requestCert === true;
  const der = isAsked ? connection.text(tlsNumbers.TEXT_PEER_CERTIFICATE) : null;
  const shown = der === null ? null : shownCertificate(der);
  const verification = { shown, isReused };
  if (!isAsked) return { ...verification, error: null };
  const error = plan.serverSide
    ? clientError(connection, verification)
    : serverError(connection, plan, verification, knownError);
  return { ...verification, error };
}

/** A session that is resumed brings the certificate with which it began. */
function clientError(
  connection: TlsConnection,
  { shown, isReused }: Omit<Verification, 'error'>,
): NodeJS.ErrnoException | null {
  // For a session without a certificate OpenSSL's verdict is good.
  if (shown === null) return certificateError('UNABLE_TO_GET_ISSUER_CERT', 'no certificate was shown');
  const error = verdictOf(connection);
  if (error !== null) return error;
  return isReused && shown.isExpired(wallClockMs())
    ? certificateError('CERT_HAS_EXPIRED', 'the certificate has expired since the session began')
    : null;
}

/**
 * The name is checked for a new session only: the name for which it began is part of the key of one that is resumed.
 */
function serverError(
  connection: TlsConnection,
  { context, serverHostname }: TlsPlan,
  { shown, isReused }: Omit<Verification, 'error'>,
  knownError: string | null | undefined,
): NodeJS.ErrnoException | null {
  if (shown === null && !isReused)
    return certificateError('UNSPECIFIED', 'the server has shown no certificate');
  const error = verdictOf(connection);
  if (error !== null) return error;
  if (isReused) {
    if (knownError === undefined)
      return certificateError('UNSPECIFIED', 'a session was resumed that is not known');
    return knownError === null ? null : certificateError(knownError, 'so it was when the session began');
  }
  const { checkServerIdentity: own, checkHostname } = context.options;
  if (own !== undefined && shown !== null) {
    return callCheck(own, serverHostname, shown.toDetailedObject(issuersOf(connection))) ?? null;
  }
  const isChecked = serverHostname !== '' && checkHostname !== false;
  return (isChecked ? shown?.problemWith(serverHostname) : null) ?? null;
}

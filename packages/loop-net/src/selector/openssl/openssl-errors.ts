import { type TlsConnection, tlsNumbers } from '@bight/sockets/low-level';
import { certificateError } from '../../errors/certificate-error.js';
import { nodeOptions } from './node-options.js';

/** The codes that Node gives OpenSSL's verdicts, by their numbers. */
const VERDICTS: readonly (string | undefined)[] = [
  undefined,
  undefined,
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_CRL',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_DECRYPT_CRL_SIGNATURE',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'CERT_SIGNATURE_FAILURE',
  'CRL_SIGNATURE_FAILURE',
  'CERT_NOT_YET_VALID',
  'CERT_HAS_EXPIRED',
  'CRL_NOT_YET_VALID',
  'CRL_HAS_EXPIRED',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'ERROR_IN_CRL_LAST_UPDATE_FIELD',
  'ERROR_IN_CRL_NEXT_UPDATE_FIELD',
  'OUT_OF_MEM',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_CHAIN_TOO_LONG',
  'CERT_REVOKED',
  'INVALID_CA',
  'PATH_LENGTH_EXCEEDED',
  'INVALID_PURPOSE',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
];
const HOSTNAME_MISMATCH = 62;

/** Verdicts to whose messages Node adds a hint, from version 24 on. */
const HINTED = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];
const HINT = '; if the root CA is installed locally, try running Node.js with --use-system-ca';
const FIRST_WITH_HINT = 24;

/** OpenSSL's verdict on the peer's certificate; `null` where it is good. */
export function verdictOf(connection: TlsConnection): NodeJS.ErrnoException | null {
  const verdict = connection.numberOf(tlsNumbers.NUMBER_VERDICT);
  if (verdict === 0) return null;
  const code = verdict === HOSTNAME_MISMATCH ? 'HOSTNAME_MISMATCH' : (VERDICTS[verdict] ?? 'UNSPECIFIED');
  const message = connection.text(tlsNumbers.TEXT_VERDICT)?.toString() ?? code;
  return certificateError(code, HINTED.includes(code) && givesHint() ? `${message}${HINT}` : message);
}

function givesHint(): boolean {
  if (Number.parseInt(process.versions.node, 10) < FIRST_WITH_HINT) return false;
  const isUsed = nodeOptions()?.includes('--use-system-ca') === true;
  return !isUsed && process.env.NODE_USE_SYSTEM_CA !== '1';
}

/** Why a connection has failed, with the properties that Node gives such an error. */
export function failureOf(connection: TlsConnection): Error {
  const text = connection.text(tlsNumbers.TEXT_FAILURE)?.toString() ?? 'error:0::: protocol error';
  const [, , library = '', , reason = 'protocol error'] = text.split(':');
  const code = `ERR_SSL_${reason.trim().replaceAll(' ', '_').toUpperCase()}`;
  return Object.assign(new Error(text), { library, reason: reason.trim(), code });
}

/** A peer that makes OpenSSL answer endlessly, and does not read the answers. */
export function tooManyUpdates(): Error {
  const reason = 'too many key updates';
  const error = new Error(`${reason}: the peer does not read the answers`);
  return Object.assign(error, { library: 'SSL routines', reason, code: 'ERR_SSL_TOO_MANY_KEY_UPDATES' });
}

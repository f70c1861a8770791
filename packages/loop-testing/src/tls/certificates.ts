import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import type { SSLContextOptions } from '@bight/loop-abstract';
import { NotImplementedError } from '@bight/loop-abstract';

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

// The words of OpenSSL.
const REASONS: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'self-signed certificate in certificate chain',
  UNABLE_TO_GET_ISSUER_CERT: 'no certificate was shown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unable to get local issuer certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unable to verify the first certificate',
};

/** Certificates, the one of the peer itself first, as they are sent: base 64. */
export type Chain = readonly string[];

/**
 * What an end shows of itself.
 *
 * @throws {NotImplementedError} for a context with `pfx`
 */
export function chainOf({ cert, pfx }: SSLContextOptions): Chain {
  if (pfx !== undefined && pfx !== null) {
    throw new NotImplementedError('pfx is not possible on a simulated network: use cert and key');
  }
  return pemsOf(cert).map((pem) => new X509Certificate(pem).raw.toString('base64'));
}

/** The certificate at the head of a chain; `undefined` for an empty one. */
export function leafOf(chain: Chain): X509Certificate | undefined {
  const [leaf] = chain;
  return leaf === undefined ? undefined : new X509Certificate(Buffer.from(leaf, 'base64'));
}

/**
 * Verifies a chain as OpenSSL does, except for its dates: a simulation begins in the year 2000, when no certificate is
 * valid yet.
 *
 * @param ca - the authorities that are trusted; by default those of Node
 * @returns why it is refused; `null` where it is accepted
 */
export function verifyChain(chain: Chain, ca: SSLContextOptions['ca']): Error | null {
  if (chain.length === 0) return certificateError('UNABLE_TO_GET_ISSUER_CERT');
  const certificates = chain.map((one) => new X509Certificate(Buffer.from(one, 'base64')));
  const trusted = authoritiesOf(ca);
  for (const [depth, certificate] of certificates.entries()) {
    const isKnown = (one: X509Certificate) =>
      one.fingerprint256 === certificate.fingerprint256 || isIssuedBy(certificate, one);
    if (trusted.some(isKnown)) return null;
    if (isIssuedBy(certificate, certificate)) {
      return certificateError(depth === 0 ? 'DEPTH_ZERO_SELF_SIGNED_CERT' : 'SELF_SIGNED_CERT_IN_CHAIN');
    }
    const next = certificates[depth + 1];
    if (next === undefined || !isIssuedBy(certificate, next)) break;
  }
  return certificateError(
    chain.length === 1 ? 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' : 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  );
}

/** The error that Node makes of a verdict of OpenSSL. */
export function certificateError(code: string): Error {
  return Object.assign(new Error(REASONS[code]), { code });
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

let roots: readonly X509Certificate[] | null = null;

function authoritiesOf(ca: SSLContextOptions['ca']): readonly X509Certificate[] {
  if (ca !== undefined && ca !== null) return pemsOf(ca).map((pem) => new X509Certificate(pem));
  roots ??= rootCertificates.map((pem) => new X509Certificate(pem));
  return roots;
}

function pemsOf(given: unknown): string[] {
  if (given === undefined || given === null) return [];
  const all = Array.isArray(given) ? given : [given];
  return all.flatMap((one: string | Uint8Array) => {
    const text = typeof one === 'string' ? one : Buffer.from(one).toString('latin1');
    return [...(text.match(PEM) ?? [])];
  });
}

import { X509Certificate } from 'node:crypto';
import { ValueError } from '@bight/loop-abstract';
import { describeValue, typeError } from '@bight/loop-abstract/validate';

const PEM = /-----BEGIN ((?:TRUSTED |X509 )?CERTIFICATE)-----[\s\S]*?-----END \1-----/g;

/**
 * Checks the certificates of authorities. Node skips invalid ones, and a client would trust nothing, or, where nothing
 * is left, every authority that Node trusts.
 *
 * @param ca - one file, or several, each with one or more certificates in PEM form
 * @throws {TypeError} unless it is text or bytes, or an array of these
 * @throws {ValueError} for what is no certificate
 */
export function checkAuthorities(ca: unknown): void {
  if (ca === null || ca === undefined) return;
  for (const file of Array.isArray(ca) ? ca : [ca]) {
    const text = typeof file === 'string' ? file : textOf(file);
    const blocks = text.match(PEM) ?? [];
    if (blocks.length === 0)
      throw new ValueError(`ca must be certificates in PEM form, not ${describeValue(file)}`);
    for (const block of blocks) checkCertificate(block);
  }
}

function textOf(file: unknown): string {
  if (!ArrayBuffer.isView(file))
    throw typeError('ca', 'certificates in PEM form, as a string or bytes', file);
  return Buffer.from(file.buffer, file.byteOffset, file.byteLength).toString('latin1');
}

function checkCertificate(block: string): void {
  try {
    new X509Certificate(block);
  } catch (cause) {
    throw new ValueError('ca has a certificate that cannot be read', { cause });
  }
}

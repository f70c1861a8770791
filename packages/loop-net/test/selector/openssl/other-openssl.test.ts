import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { installDebianPackages } from '../../../../../test/support/debian.mjs';
import { runTypeScript } from '../../../../../test/support/run-typescript.js';
import { repository } from '../../../../../test/support/workspace.js';
import { certificates } from '../../support/certificates.js';

const { ca, server } = certificates();
const folder = mkdtempSync(path.join(tmpdir(), 'bight-openssl-'));
const shim = path.join(folder, 'other-openssl.so');
const source = 'packages/loop-net/test/selector/openssl/other-openssl.c';
const program = path.join('packages/loop-net/test/programs', 'who-does-tls.ts');
const OPENSSL = 'TlsInformation TlsInformation';
const NODE = 'TLSSocket TLSSocket';

beforeAll(() => {
  installDebianPackages({ cc: 'gcc' });
  execFileSync('cc', ['-O1', '-shared', '-fPIC', '-o', shim, path.join(repository, source), '-ldl']);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** `OpenSSL_version_num()` of what this Node carries, with a difference. */
function version(difference: number): string {
  const [major = 0, minor = 0, patch = 0] = process.versions.openssl
    .split('.')
    .map((part) => parseInt(part, 10));
  return String(((major << 28) | (minor << 20) | (patch << 4)) + difference);
}

test.each<[string, Record<string, string>, string]>([
  ['nothing missing', {}, OPENSSL],
  ['its own version', { OPENSSL_VERSION: version(0) }, OPENSSL],
  ['a function missing that is looked up first', { OPENSSL_WITHOUT: 'OpenSSL_version_num' }, NODE],
  ['a function missing', { OPENSSL_WITHOUT: 'SSL_read_ex' }, NODE],
  ['a function missing that is looked up last', { OPENSSL_WITHOUT: 'SSL_export_keying_material' }, NODE],
  ['the number of BoringSSL', { OPENSSL_VERSION: '0x1010107f' }, NODE],
  ['the next major version', { OPENSSL_VERSION: '0x40000000' }, NODE],
  ['another version 3 than Node names', { OPENSSL_VERSION: version(0x10) }, NODE],
])('with %s: %#', async (_, env, expected) => {
  const { stdout, stderr, status } = await runTypeScript(program, {
    args: [server.certFile, server.keyFile, ca.certFile],
    env: { NODE_EXTRA_CA_CERTS: '', BIGHT_NATIVE_TLS: 'on', LD_PRELOAD: shim, ...env },
  });
  // Without a word, and everything works.
  expect([stdout.trim(), stderr, status]).toEqual([expected, '', 0]);
});

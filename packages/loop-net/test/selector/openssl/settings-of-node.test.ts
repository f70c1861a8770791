import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { runTypeScript } from '../../../../../test/support/run-typescript.js';
import { certificates } from '../../support/certificates.js';

const { ca, server } = certificates();
const folder = mkdtempSync(path.join(tmpdir(), 'bight-keys-'));
const keys = path.join(folder, 'keys');
const variables = path.join(folder, 'variables');
writeFileSync(variables, 'COLOUR=blue\n');
afterAll(() => rmSync(folder, { recursive: true }));

const program = path.join('packages/loop-net/test/programs', 'who-does-tls.ts');

/** @returns which kinds of objects do TLS in a process with such settings */
async function kindsWith(env: Record<string, string>): Promise<string> {
  const args = [server.certFile, server.keyFile, ca.certFile];
  const { stdout, stderr } = await runTypeScript(program, { args, env });
  return stdout === '' ? stderr : stdout.trim();
}

test.each<[string, Record<string, string>, string]>([
  ['nothing', { BIGHT_NATIVE_TLS: '' }, 'TlsInformation TlsInformation'],
  ['BIGHT_NATIVE_TLS=on', {}, 'TlsInformation TlsInformation'],
  ['BIGHT_NATIVE_TLS=off', { BIGHT_NATIVE_TLS: 'off' }, 'TLSSocket TLSSocket'],
  ['BIGHT_NODE_INTERNALS=off', { BIGHT_NODE_INTERNALS: 'off' }, 'TLSSocket TLSSocket'],
  ['--tls-keylog', { NODE_OPTIONS: `--tls-keylog=${keys}` }, 'TLSSocket TLSSocket'],
])('with %s', async (_, env, expected) => {
  expect(await kindsWith({ NODE_EXTRA_CA_CERTS: '', BIGHT_NATIVE_TLS: 'on', ...env })).toBe(expected);
  if ('NODE_OPTIONS' in env) expect(readFileSync(keys, 'latin1')).toMatch(/^CLIENT_TRAFFIC_SECRET_0 /m);
});

const KNOWN = 'roots known, OpenSSL';
const UNKNOWN = 'roots unknown, OpenSSL';
const BY_NODE = 'roots known, node:tls';
const UNKNOWN_BY_NODE = 'roots unknown, node:tls';

test.each<
  [string, { nodeOptions?: string[]; env?: Record<string, string>; args?: string[] }, string, string]
>([
  ['no options', {}, KNOWN, KNOWN],
  ['--use-openssl-ca', { nodeOptions: ['--use-openssl-ca'] }, UNKNOWN, UNKNOWN],
  ['--use_openssl_ca', { nodeOptions: ['--use_openssl_ca'] }, UNKNOWN, UNKNOWN],
  ['NODE_OPTIONS=--use-openssl-ca', { env: { NODE_OPTIONS: '--use-openssl-ca' } }, UNKNOWN, UNKNOWN],
  ['--tls_keylog', { nodeOptions: [`--tls_keylog=${keys}`] }, BY_NODE, BY_NODE],
  ['a file of variables', { nodeOptions: [`--env-file=${variables}`] }, KNOWN, UNKNOWN_BY_NODE],
  ['a title that hides the options', { args: ['title'] }, KNOWN, UNKNOWN_BY_NODE],
])(
  'a worker thread without options and environment follows the process: %s',
  async (_, run, main, worker) => {
    const { stdout, stderr } = await runTypeScript('packages/loop-net/test/programs/trusts-like-node.ts', {
      ...run,
      env: { NODE_EXTRA_CA_CERTS: '', BIGHT_NATIVE_TLS: '', ...run.env },
    });
    expect(stderr).toBe('');
    expect(stdout).toBe(`main: ${main}\nworker: ${worker}\n`);
  },
);

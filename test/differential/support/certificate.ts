import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createDefaultContext, type DefaultContextOptions, type SSLContext } from 'bight';

let made: { cert: Buffer; key: Buffer } | null = null;

/** A certificate for `localhost`, made once by the openssl program. */
function certificate(): { cert: Buffer; key: Buffer } {
  made ??= make();
  return made;
}

function make(): { cert: Buffer; key: Buffer } {
  const cwd = mkdtempSync(path.join(tmpdir(), 'bight-'));
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'key.pem'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync('openssl', ['req', '-x509', ...key, '-days', '30', ...names, '-out', 'certificate.pem'], {
    cwd,
    stdio: 'pipe',
  });
  const [one, other] = ['certificate.pem', 'key.pem'].map((name) => readFileSync(path.join(cwd, name)));
  rmSync(cwd, { recursive: true });
  return { cert: one!, key: other! };
}

/** For a server that has the certificate. */
export function serverContext(options: DefaultContextOptions = {}): SSLContext {
  return createDefaultContext({ purpose: 'server', ...certificate(), ...options });
}

/** For a client that trusts it. */
export function clientContext(options: DefaultContextOptions = {}): SSLContext {
  return createDefaultContext({ ca: certificate().cert, ...options });
}

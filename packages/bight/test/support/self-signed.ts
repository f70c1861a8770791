import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A key and a certificate for `localhost` that is signed with it, made by the `openssl` program. */
export function selfSigned(): { key: Buffer; cert: Buffer } {
  const directory = mkdtempSync(path.join(tmpdir(), 'bight-streams-'));
  try {
    const into = [
      '-keyout',
      'key.pem',
      '-out',
      'cert.pem',
      '-nodes',
      '-days',
      '30',
      '-subj',
      '/CN=localhost',
    ];
    const options = { cwd: directory, stdio: 'pipe' } as const;
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', ...into],
      options,
    );
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => readFileSync(path.join(directory, name)));
    return { key: key as Buffer, cert: cert as Buffer };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

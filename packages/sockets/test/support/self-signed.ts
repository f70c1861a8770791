import { execFileSync } from 'node:child_process';

/** A key and a certificate for `localhost` that it has signed itself, in PEM form. */
export interface SelfSigned {
  key: string;
  cert: string;
}

let made: SelfSigned | null = null;

/** Made by the `openssl` program, once in a test file. */
export function selfSigned(): SelfSigned {
  made ??= make();
  return made;
}

function make(): SelfSigned {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', '-'];
  const cert = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '3650'];
  const args = ['req', '-x509', ...key, ...cert, '-out', '-'];
  const pem = execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const part = (name: string) =>
    new RegExp(`-----BEGIN ${name}-----[\\s\\S]*?-----END ${name}-----\n`).exec(pem)![0];
  return { key: part('PRIVATE KEY'), cert: part('CERTIFICATE') };
}

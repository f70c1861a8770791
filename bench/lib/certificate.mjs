import { execFileSync } from 'node:child_process';

/** Makes a key and a certificate for `localhost` with the openssl program. */
export function makeCertificate() {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', '-'];
  const certificate = ['-subj', '/CN=localhost', '-days', '1', '-out', '-'];
  const pem = execFileSync('openssl', ['req', '-x509', ...key, ...certificate], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [first, second] = pem.match(/-----BEGIN [\s\S]*?-----END [A-Z ]+-----\n/g);
  return { key: first, cert: second };
}

// An authority, and certificates for `localhost` that it has signed: a good one and an expired one.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const CONFIGURATION = `
[ca]
default_ca = one
[one]
new_certs_dir = .
database = index.txt
serial = serial
certificate = ca.crt
private_key = ca.key
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
`;

/** Makes them in a folder, with the openssl program; returns the files. */
export function makeCertificates(folder) {
  const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const newKey = (name) =>
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${name}.key`);
  writeFileSync(path.join(folder, 'ca.conf'), CONFIGURATION);
  writeFileSync(path.join(folder, 'index.txt'), '');
  writeFileSync(path.join(folder, 'serial'), '01\n');
  newKey('ca');
  const usage = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
  openssl(
    'req',
    '-x509',
    '-new',
    '-key',
    'ca.key',
    '-out',
    'ca.crt',
    '-subj',
    '/CN=peers',
    '-days',
    '30',
    ...usage,
  );
  const sign = (name, until) => {
    newKey(name);
    openssl('req', '-new', '-key', `${name}.key`, '-out', `${name}.csr`, '-subj', '/CN=localhost');
    writeFileSync(path.join(folder, `${name}.ext`), 'subjectAltName=DNS:localhost');
    const dates = ['-startdate', '20200101000000Z', '-enddate', until];
    const files = ['-in', `${name}.csr`, '-out', `${name}.crt`, '-extfile', `${name}.ext`];
    openssl('ca', '-batch', '-config', 'ca.conf', '-notext', ...dates, ...files);
    return { certFile: path.join(folder, `${name}.crt`), keyFile: path.join(folder, `${name}.key`) };
  };
  return {
    good: sign('good', '20991231235959Z'),
    expired: sign('expired', '20210101000000Z'),
    caFile: path.join(folder, 'ca.crt'),
  };
}

import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { runFolder } from '../../../../test/support/compiled.js';
import { installDebianPackages } from '../../../../test/support/debian.mjs';

/** A certificate with its key, as files and in memory. */
export interface Certificate {
  cert: Buffer;
  key: Buffer;
  certFile: string;
  keyFile: string;
}

/** A private certification authority and what it has signed. */
export interface Certificates {
  ca: Certificate;
  /** For `localhost` and `127.0.0.1`. */
  server: Certificate;
  /** For the same, and past its time. */
  expired: Certificate;
  client: Certificate;
  /** For `localhost`, signed by itself. */
  selfSigned: Certificate;
  /** For `*.example.test` and `f*.other.test`. */
  wildcard: Certificate;
  /** For the addresses 127.0.0.1 and ::1, and for `localhost` by the name of the subject. */
  addresses: Certificate;
  /** For `localhost`, by the name of the subject alone. */
  nameOnly: Certificate;
  /** For `localhost`, from a time to come on. */
  future: Certificate;
  /** For `localhost`, signed by `server`, which is no authority; with that in its chain. */
  impostor: Certificate;
}

const CA_CONFIGURATION = `
[ca]
default_ca = test
[test]
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

let read: Certificates | null = null;

/** Certificates that the `openssl` program makes, once in a run of jest. */
export function certificates(): Certificates {
  read ??= readOrMake();
  return read;
}

function readOrMake(): Certificates {
  const folder = runFolder('packages/loop-net');
  const directory = join(folder, 'certificates');
  if (!existsSync(directory)) {
    mkdirSync(folder, { recursive: true });
    const unfinished = mkdtempSync(`${directory}-`);
    make(unfinished);
    try {
      renameSync(unfinished, directory);
    } catch (error) {
      // Another worker of jest was faster.
      if (!existsSync(directory)) throw error;
      rmSync(unfinished, { recursive: true });
    }
  }
  const at = (name: string): Certificate => ({
    cert: readFileSync(join(directory, `${name}.crt`)),
    key: readFileSync(join(directory, `${name}.key`)),
    certFile: join(directory, `${name}.crt`),
    keyFile: join(directory, `${name}.key`),
  });
  return {
    ca: at('ca'),
    server: at('server'),
    expired: at('expired'),
    client: at('client'),
    selfSigned: at('self-signed'),
    wildcard: at('wildcard'),
    addresses: at('addresses'),
    nameOnly: at('name-only'),
    future: at('future'),
    impostor: at('impostor'),
  };
}

function make(directory: string): void {
  installDebianPackages({ openssl: 'openssl' });
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
  const newKey = (name: string) =>
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${name}.key`);
  const request = (name: string, subject: string) => {
    newKey(name);
    openssl('req', '-new', '-key', `${name}.key`, '-out', `${name}.csr`, '-subj', subject);
  };
  const selfSign = (name: string, subject: string, extension: string) => {
    newKey(name);
    const into = ['-out', `${name}.crt`, '-subj', subject, '-days', '3650', '-addext', extension];
    openssl('req', '-x509', '-new', '-key', `${name}.key`, ...into);
  };
  const sign = (name: string, subject: string, extension: string, from: string, to: string) => {
    request(name, subject);
    writeFileSync(join(directory, `${name}.ext`), extension);
    const dates = ['-startdate', from, '-enddate', to];
    const files = ['-in', `${name}.csr`, '-out', `${name}.crt`, '-extfile', `${name}.ext`];
    openssl('ca', '-batch', '-config', 'ca.conf', '-notext', ...dates, ...files);
  };
  writeFileSync(join(directory, 'ca.conf'), CA_CONFIGURATION);
  writeFileSync(join(directory, 'index.txt'), '');
  writeFileSync(join(directory, 'serial'), '01\n');
  const local = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
  const [past, lately, future] = ['20200101000000Z', '20210101000000Z', '20991231235959Z'] as const;
  selfSign('ca', '/CN=bight test authority', 'keyUsage=critical,keyCertSign,cRLSign');
  selfSign('self-signed', '/CN=localhost', local);
  sign('server', '/CN=localhost', local, past, future);
  sign('expired', '/CN=localhost', local, past, lately);
  sign('client', '/CN=a client', 'extendedKeyUsage=clientAuth', past, future);
  sign('wildcard', '/CN=wild', 'subjectAltName=DNS:*.example.test,DNS:f*.other.test', past, future);
  sign('addresses', '/CN=localhost', 'subjectAltName=IP:127.0.0.1,IP:::1', past, future);
  sign('name-only', '/CN=localhost', 'extendedKeyUsage=serverAuth', past, future);
  sign('future', '/CN=localhost', local, '20900101000000Z', future);
  request('impostor', '/CN=localhost');
  writeFileSync(join(directory, 'impostor.ext'), local);
  const signer = ['-CA', 'server.crt', '-CAkey', 'server.key', '-CAcreateserial', '-days', '3650'];
  const files = ['-in', 'impostor.csr', '-out', 'impostor.crt', '-extfile', 'impostor.ext'];
  openssl('x509', '-req', ...signer, ...files);
  appendFileSync(join(directory, 'impostor.crt'), readFileSync(join(directory, 'server.crt')));
}

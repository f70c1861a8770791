// Prints whether the certificates that Node trusts are known, and whether OpenSSL does TLS without node:tls: for the
// main thread, and for a worker thread without options and environment. The first argument is the process's title.
import '@bight/loop-net/native';
import { isMainThread, Worker } from 'node:worker_threads';
import { SSLContext } from '@bight/loop-net';
import { opensslContextOf } from '../../src/selector/openssl/openssl-context.js';
import { rootCertificates } from '../../src/selector/openssl/root-certificates.js';

// As programs do for the sake of their children.
delete process.env.NODE_OPTIONS;

const roots = rootCertificates() === null ? 'unknown' : 'known';
const who = opensslContextOf(new SSLContext(), true) === null ? 'node:tls' : 'OpenSSL';
console.log(`${isMainThread ? 'main' : 'worker'}: roots ${roots}, ${who}`);
if (isMainThread) {
  const [title] = process.argv.slice(2);
  if (title !== undefined) process.title = title;
  new Worker(process.argv[1] as string, { execArgv: [], env: {} });
}

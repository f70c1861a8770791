// Tests both ways of TLS, Node's OpenSSL in the engine and `node:tls`: `node scripts/tls.mjs [--help] [--peers]
// [--suites] [--way on|off] [--node PATH] [--bun PATH]`. The suites are the test files that use TLS, some six minutes
// for each way on a busy machine. The peers are openssl, curl, Python, node:tls, Bun and nginx, each with both ways,
// with TLS 1.2 and 1.3, with a good certificate, one for another name, and an expired one. Needs the output of
// `pnpm build`. The last line is `N passed, N failed`.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { installDebianPackages, isOnPath } from '../test/support/debian.mjs';
import { runTests } from './check.mjs';
import { root } from './packages.mjs';
import { makeCertificates } from './tls/certificates.mjs';
import { peersOf } from './tls/peers.mjs';

const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    peers: { type: 'boolean' },
    suites: { type: 'boolean' },
    way: { type: 'string' },
    node: { type: 'string', default: process.execPath },
    bun: { type: 'string', default: 'bun' },
  },
});
const SUITES = [
  'packages/loop-net/test/(tls|sendfile|unix|methods|transports|selector)/',
  'packages/sockets/test/(tls|engine)/',
  'packages/bight/test/(streams|interop)/',
  'packages/interop/test/',
  'packages/loop-testing/test/conformance/',
  'test/differential/scenarios',
];
const BYTES = 300_000;
const KINDS = { on: 'TlsInformation', off: 'TLSSocket' };
const ways = Object.keys(KINDS).filter((way) => way === (values.way ?? way));
if (ways.length === 0) throw new Error(`--way must be on or off, not ${values.way}`);
const VERSIONS = ['TLSv1.2', 'TLSv1.3'];
const PATIENCE_MS = 30_000;
const ours = path.join(root, 'scripts', 'tls', 'ours.mjs');
let passed = 0;
let failed = 0;

function check(name, found, expected) {
  const isGood = JSON.stringify(found) === JSON.stringify(expected);
  if (isGood) passed++;
  else failed++;
  console.log(
    isGood ? `ok    ${name}` : `FAIL  ${name}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`,
  );
}

/** Starts a program; returns it with its end and its output. */
function begin(command, args, env = {}, cwd = root) {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
  const program = { child, output: '', errors: '', ended: null };
  child.stdout.on('data', (data) => {
    program.output += data;
  });
  child.stderr.on('data', (data) => {
    program.errors += data;
  });
  child.stdin.on('error', () => {});
  program.ended = new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', (status) => resolve(status ?? 1));
  });
  return program;
}

async function runToEnd(command, args, env) {
  const program = begin(command, args, env);
  const timer = setTimeout(() => program.child.kill('SIGKILL'), PATIENCE_MS);
  const status = await program.ended;
  clearTimeout(timer);
  return { status, output: program.output.trim(), errors: program.errors };
}

async function stop(program) {
  program.child.kill('SIGKILL');
  await program.ended;
}

/** Starts a server; returns its port, or the given one, once it listens. */
async function serve(command, args, { port = null, env = {}, cwd } = {}) {
  const program = begin(command, args, env, cwd);
  if (port === null) {
    const [line] = await Promise.race([firstLine(program.child.stdout), program.ended.then(() => [''])]);
    if (line === '') throw new Error(`${command} has ended: ${program.errors}`);
    return { program, port: Number(line) };
  }
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await delay(50)) {
    if (await isListening(port)) return { program, port };
  }
  await stop(program);
  throw new Error(`${command} does not listen: ${program.errors}`);
}

const firstLine = (stream) =>
  new Promise((resolve) => createInterface(stream).once('line', (line) => resolve([line])));

function isListening(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => resolve(true));
    socket.once('error', () => resolve(false)).once('connect', () => socket.end());
  });
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const read = (file) => readFileSync(file, 'utf8');
const ask = async (way, settings) => {
  const env = { BIGHT_NATIVE_TLS: way };
  const { output, errors } = await runToEnd(values.node, [ours, 'ask', JSON.stringify(settings)], env);
  return output === '' ? errors : JSON.parse(output);
};

/** Tests our client with a foreign server. */
async function askPeer(name, peer, way, version, { good, expired, caFile, folder }) {
  for (const [certificate, host, code] of [
    [good, 'localhost', null],
    [good, 'wrong.example', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    [expired, 'localhost', 'CERT_HAS_EXPIRED'],
  ]) {
    const port = peer.takesPort ? await freePort() : null;
    const parts = { ...certificate, folder, version, port };
    if (peer.file !== undefined) writeFileSync(path.join(folder, 'nginx.conf'), peer.file(parts));
    const server = await serve(peer.command, peer.serve(parts), { port, cwd: folder });
    const settings = { ca: read(caFile), version, host, port: server.port, bytes: BYTES };
    const found = await ask(way, settings);
    const title = `our client (${way}) and a server of ${name}, ${version}, ${code ?? 'good'}`;
    const summary = Array.isArray(found)
      ? found.map(({ code, kind, authorized, length }) => code ?? `${kind} ${authorized} ${length > BYTES}`)
      : found;
    const expected = code ?? `${KINDS[way]} true true`;
    check(title, summary, [expected, expected]);
    await stop(server.program);
  }
}

/** Tests a foreign client with our server. */
async function servePeer(name, peer, way, version, { good, expired, caFile }) {
  for (const [certificate, isGood] of [
    [good, true],
    [expired, false],
  ]) {
    const settings = { cert: read(certificate.certFile), key: read(certificate.keyFile), version };
    const env = { BIGHT_NATIVE_TLS: way };
    const server = await serve(values.node, [ours, 'serve', JSON.stringify(settings)], { env });
    const url = `https://localhost:${server.port}/${BYTES}`;
    const { status, output } = await runToEnd(peer.command, peer.ask({ url, caFile }));
    const title = `our server (${way}) and a client of ${name}, ${version}, ${isGood ? 'good' : 'expired'}`;
    check(title, isGood ? output : status !== 0 && output !== String(BYTES), isGood ? String(BYTES) : true);
    await stop(server.program);
  }
}

async function checkPeers() {
  installDebianPackages({ openssl: 'openssl', curl: 'curl', nginx: 'nginx-light' });
  const base = mkdtempSync(path.join(tmpdir(), 'bight-tls-'));
  const folder = path.join(base, 'served');
  mkdirSync(folder);
  writeFileSync(path.join(folder, String(BYTES)), Buffer.alloc(BYTES, 'x'));
  const parts = { ...makeCertificates(base), folder };
  const peers = peersOf({ node: values.node, bun: values.bun, python: 'python3' });
  for (const [name, peer] of Object.entries(peers)) {
    if (!path.isAbsolute(peer.command) && !isOnPath(peer.command)) {
      console.log(`left out: ${name} (${peer.command} is not on the path)`);
      continue;
    }
    for (const way of ways) {
      for (const version of VERSIONS) {
        if (peer.serve !== undefined) await askPeer(name, peer, way, version, parts);
        if (peer.ask !== undefined) await servePeer(name, peer, way, version, parts);
      }
    }
  }
  rmSync(base, { recursive: true });
}

async function checkSuites() {
  for (const way of ways) {
    console.log(`== the suites with BIGHT_NATIVE_TLS=${way}`);
    process.env.BIGHT_NATIVE_TLS = way;
    const [good, bad] = await runTests(['--maxWorkers=1', ...SUITES], values.node);
    passed += good;
    failed += bad;
  }
  delete process.env.BIGHT_NATIVE_TLS;
}

if (values.help) {
  const lines = read(path.join(root, 'scripts', 'tls.mjs')).split('\n');
  console.log(
    lines
      .slice(
        0,
        lines.findIndex((line) => !line.startsWith('//')),
      )
      .join('\n')
      .replaceAll(/^\/\/ ?/gm, ''),
  );
} else {
  const isWhole = !values.peers && !values.suites;
  if (isWhole || values.peers) await checkPeers();
  if (isWhole || values.suites) await checkSuites();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

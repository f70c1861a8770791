// Servers for the drivers, each on a free port of the loopback interface, with its data in a temporary folder.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { installDebianPackages } from '../../test/support/debian.mjs';

/** The Debian package of each server's program. */
const debian = {
  redis: 'redis-server',
  mosquitto: 'mosquitto',
  mariadb: 'mariadb-server',
  postgres: 'postgresql',
};

/** The time within which a server has to listen, in milliseconds. */
const PATIENCE_MS = 60_000;

const starters = {
  redis: (port) => ['redis-server', ['--port', port, '--bind', '127.0.0.1', '--save', '']],
  mosquitto: (port, folder) => {
    const file = path.join(folder, 'mosquitto.conf');
    writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
    return ['mosquitto', ['-c', file]];
  },
  mariadb: (port, folder) => {
    const data = path.join(folder, 'mariadb');
    const user = ['--no-defaults', `--datadir=${data}`, '--user=mysql'];
    mkdirSync(data, { recursive: true });
    execFileSync('mariadb-install-db', [...user, '--auth-root-authentication-method=normal'], {
      stdio: 'pipe',
    });
    const socket = path.join(data, 'socket');
    return [
      'mariadbd',
      [...user, `--port=${port}`, '--bind-address=127.0.0.1', `--socket=${socket}`, '--skip-name-resolve'],
    ];
  },
  postgres: (port, folder, { certFile, keyFile }) => {
    const data = path.join(folder, 'postgres');
    const as = (command, ...args) => ['runuser', ['-u', 'postgres', '--', command, ...args]];
    mkdirSync(data, { recursive: true });
    spawnSync('chown', ['-R', 'postgres', data]);
    execFileSync(...as(postgresProgram('initdb'), '-D', data, '-U', 'bight', '-A', 'trust'), {
      stdio: 'pipe',
      cwd: '/',
    });
    for (const [from, to] of [
      [certFile, 'server.crt'],
      [keyFile, 'server.key'],
    ]) {
      const file = path.join(data, to);
      writeFileSync(file, readFileSync(from));
      chmodSync(file, 0o600);
      spawnSync('chown', ['postgres', file]);
    }
    const settings = ['-h', '127.0.0.1', '-p', port, '-k', data, '-c', 'ssl=on', '-c', 'fsync=off'];
    return as(postgresProgram('postgres'), '-D', data, ...settings);
  },
};

/**
 * Starts servers.
 *
 * @param names - of the servers
 * @param folder - for their data
 * @returns their ports by name, a certificate, and a function that stops them
 */
export async function startServers(names, folder) {
  chmodSync(folder, 0o755);
  const missing = [...names].filter((name) => !isThere(name)).map((name) => [debian[name], debian[name]]);
  installDebianPackages({ openssl: 'openssl', ...Object.fromEntries(missing) });
  const tls = certificate(folder);
  const ports = {};
  const children = [];
  for (const name of names) {
    try {
      const port = await freePort();
      const [command, args] = starters[name](String(port), folder, tls);
      const child = spawn(command, args, { stdio: 'ignore', detached: true, cwd: '/' });
      child.on('error', () => {});
      children.push(child);
      await listening(port, child);
      ports[name] = port;
    } catch (error) {
      console.log(`${name} could not be started: ${error.message}`);
    }
  }
  return { ports, tls, stop: () => stop(children) };
}

function isThere(name) {
  const program =
    { redis: 'redis-server', mariadb: 'mariadbd', postgres: postgresProgram('postgres') }[name] ?? name;
  if (path.isAbsolute(program)) return existsSync(program);
  return ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin'].some((folder) =>
    existsSync(path.join(folder, program)),
  );
}

/** The path of a program of PostgreSQL: Debian keeps each version in a folder of its own. */
function postgresProgram(name) {
  const versions = '/usr/lib/postgresql';
  const found = existsSync(versions) ? readdirSync(versions).sort((a, b) => Number(b) - Number(a)) : [];
  return (
    found.map((version) => path.join(versions, version, 'bin', name)).find((file) => existsSync(file)) ?? name
  );
}

function certificate(folder) {
  const [certFile, keyFile] = ['cert.pem', 'key.pem'].map((name) => path.join(folder, name));
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', '-days', '2', ...key, ...subject, '-out', certFile], {
    stdio: 'pipe',
  });
  return { certFile, keyFile, cert: readFileSync(certFile), key: readFileSync(keyFile) };
}

/** A free port. */
export function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function listening(port, child) {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const open = await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (open) return;
    if (hasEnded(child)) throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`);
    await delay(100);
  }
  throw new Error('it does not listen');
}

/** Whether it has exited, or a signal has ended it. */
function hasEnded({ exitCode, signalCode }) {
  return exitCode !== null || signalCode !== null;
}

async function stop(children) {
  for (const child of children) {
    if (child.pid === undefined || hasEnded(child)) continue;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    process.kill(-child.pid, 'SIGTERM');
    const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), 10_000);
    await ended;
    clearTimeout(timer);
  }
}

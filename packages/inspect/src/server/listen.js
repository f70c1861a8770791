import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, lstatSync, mkdtempSync, rmSync, unlinkSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { Guard } from './guard.js';
import { answer, fail } from './routes.js';

export { LONGEST_TRACE_SECONDS } from './routes.js';

/** The number of connections to the inspected process is bounded: ten pages have sixty. */
const MOST_CONNECTIONS = 256;
/** How long a request may take to arrive as a whole. */
const LONGEST_REQUEST_MS = 5000;

const SERVER_OPTIONS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: LONGEST_REQUEST_MS,
  requestTimeout: LONGEST_REQUEST_MS,
  connectionsCheckingInterval: 500,
};

/** Listens, and answers. */
export async function listen({ path, host, port }, link) {
  const token = path === null ? randomBytes(32).toString('base64url') : null;
  let guard;
  const server = http.createServer(SERVER_OPTIONS, (request, response) => {
    answer(request, response, guard, link).catch((error) => {
      if (response.headersSent) response.destroy();
      else fail(response, 500, error.message);
    });
  });
  server.maxConnections = MOST_CONNECTIONS;
  if (path !== null) {
    await listenOnSocket(server, path);
    guard = new Guard(null, []);
    return { url: null, token: null, port: null };
  }
  await listening(server, { host, port });
  const address = server.address();
  const name = net.isIPv6(host) ? `[${host}]` : host;
  guard = new Guard(
    token,
    [name, 'localhost', '127.0.0.1', '[::1]'].map((one) => `${one}:${address.port}`),
  );
  return { url: `http://${name}:${address.port}`, token, port: address.port };
}

/**
 * The socket is made in a folder that only this user can enter, so that there is no moment at which another one could
 * connect.
 */
async function listenOnSocket(server, path) {
  if (process.platform === 'win32') return await listening(server, { path });
  await removeStale(path);
  const folder = mkdtempSync(join(dirname(path), '.b'));
  try {
    const made = join(folder, 's');
    await listening(server, { path: made });
    chmodSync(made, 0o600);
    linkSync(made, path);
  } catch (error) {
    server.close();
    if (error.code !== 'EEXIST') throw error;
    throw Object.assign(new Error(`listen EADDRINUSE: address already in use ${path}`), {
      code: 'EADDRINUSE',
      errno: -constants.errno.EADDRINUSE,
      syscall: 'listen',
      address: path,
      port: -1,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function listening(server, options) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}

/** A socket file on which no process listens any more is replaced; a file that is no socket is left alone. */
async function removeStale(path) {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isSocket()) return;
  const isLive = await new Promise((resolve) => {
    const probe = net.connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
  if (!isLive) unlinkSync(path);
}

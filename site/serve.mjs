// Serves the built site, on loopback.
import { once } from 'node:events';
import { createServer } from 'node:http';
import path from 'node:path';
import sirv from 'sirv';
import { root } from '../scripts/packages.mjs';

/** Begins to serve, on any free port or the given one; returns the server. */
export async function serve(port = 0) {
  const server = createServer(sirv(path.join(root, 'site', 'dist')));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

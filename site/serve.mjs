// Serves the built site on loopback, under the path of the published site.
import { once } from 'node:events';
import { createServer } from 'node:http';
import path from 'node:path';
import sirv from 'sirv';
import { root } from '../scripts/packages.mjs';
import { siteUrl } from '../scripts/publisher.mjs';

/** The path of the site: `/bight/`. */
export const base = new URL(siteUrl).pathname;

/** Serves on any free port, or the given one; returns the server. */
export async function serve(port = 0) {
  const files = sirv(path.join(root, 'site', 'dist'));
  const server = createServer((request, response) => {
    const isOurs = request.url.startsWith(base);
    if (isOurs) request.url = request.url.slice(base.length - 1);
    const refuse = () => response.writeHead(404).end();
    if (isOurs) files(request, response, refuse);
    else refuse();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/**
 * A web server for the files of a folder: HTTP/1.1 as a protocol, files sent by the operating system.
 *
 *     http-file-server [folder] [--host 127.0.0.1] [--port 8080]
 *
 * GET and HEAD, byte ranges, pipelined requests, connections that stay open. SIGINT (Ctrl-C) or SIGTERM ends it: each
 * client that downloads something has a few seconds left.
 */
import { realpath } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Event, getRunningLoop, run } from 'bight';
import { FileProtocol, type Site } from './file-server/file-protocol.js';

const GRACE_SECONDS = 5;

async function serve(folder: string, host: string, port: number): Promise<void> {
  const loop = getRunningLoop();
  const site: Site = { loop, root: await realpath(folder), connections: new Set() };
  const server = await loop.createServer(() => new FileProtocol(site), { host, port });
  const address = server.sockets[0]?.getsockname();
  console.log(`Serving ${site.root} on http://${host}:${address.port}/`);

  const stop = new Event();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) loop.addSignalHandler(signal, () => stop.set());
  await stop.wait();

  const closed = server.close({ grace: GRACE_SECONDS });
  for (const connection of site.connections) connection.finish();
  await closed;
  console.log('Closed.');
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '8080' },
  },
});
await run(() => serve(positionals[0] ?? '.', values.host, Number(values.port)));

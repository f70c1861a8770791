/**
 * A web server: HTTP/1.1 on transports. It serves the files of a folder, and echoes the body of a POST to `/echo` and
 * the messages of a WebSocket at `/socket`.
 *
 *     http [folder] [--host 127.0.0.1] [--port 8080] [--cert FILE --key FILE] [--body BYTES] [--workers N]
 * With workers it runs in several processes, which SIGHUP replaces one after the other. SIGINT (Ctrl-C) or SIGTERM ends
 * it; downloads have a few seconds left.
 */
import { realpath } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { getRunningLoop, run, type SSLContext, serve } from 'bight';
import { readCertificate } from './command-line/read-certificate.js';
import { serveUntilSignal } from './command-line/serve-until-signal.js';
import { usualLimits } from './http/http-connection.js';
import { site } from './http/site.js';
import { startHttpServer } from './http/start-http-server.js';

const GRACE_SECONDS = 5;

async function serveHere(
  root: string,
  host: string,
  port: number,
  ssl: SSLContext | null,
  bodyBytes: number,
): Promise<void> {
  const server = await startHttpServer(site(getRunningLoop(), root), {
    host,
    port,
    ssl,
    limits: { bodyBytes },
  });
  const scheme = ssl === null ? 'http' : 'https';
  await serveUntilSignal(server, {
    announce: (bound) => `Serving ${root} on ${scheme}://${host}:${bound}/`,
    grace: GRACE_SECONDS,
  });
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '8080' },
    cert: { type: 'string' },
    key: { type: 'string' },
    body: { type: 'string', default: String(usualLimits.bodyBytes) },
    workers: { type: 'string' },
  },
});
const { host, port, workers } = values;
const folder = await realpath(positionals[0] ?? '.');
if (workers === undefined) {
  const ssl = await readCertificate(values.cert, values.key);
  await run(() => serveHere(folder, host, Number(port), ssl, Number(values.body)));
} else {
  const query = new URLSearchParams({ folder, host, port });
  await serve(new URL(`./http/site-server.js?${query}`, import.meta.url), {
    workers: Number(workers),
    grace: GRACE_SECONDS,
    onReady: () => console.log('Ready.'),
  });
}
console.log('Closed.');

// An HTTP server on the loop, for a check.
import assert from 'node:assert/strict';

export const HOST = '127.0.0.1';

/** Serves an HTTP server on the loop while a function runs. */
export async function serving({ bight, loop }, app, use, options = {}) {
  const server = await loop.createServer(bight.attachHttp(app), { host: HOST, ...options });
  try {
    return await use(server.sockets[0].getsockname().port);
  } finally {
    server.close();
    server.closeClients();
    await server.waitClosed();
  }
}

/** The text of a response. */
export async function textOf(response) {
  let text = '';
  for await (const piece of response) text += piece;
  return text;
}

/** Makes many requests at once; there must be no errors. */
export async function hammer({ load, tls }, port, path, isSecured = false) {
  const { default: autocannon } = await load('autocannon');
  const url = `${isSecured ? 'https' : 'http'}://${HOST}:${port}${path}`;
  const tlsOptions = isSecured ? { ca: tls.cert } : undefined;
  const result = await autocannon({ url, connections: 20, amount: 2000, tlsOptions });
  const { errors, timeouts, non2xx } = result;
  assert.deepEqual(
    { errors, timeouts, non2xx, ok: result['2xx'] },
    { errors: 0, timeouts: 0, non2xx: 0, ok: 2000 },
  );
}

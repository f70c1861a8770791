// undici, and `fetch()` with it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import { HOST, serving } from './serving.mjs';

/** Node's server, speaking HTTP/2 alone, while a function runs. */
async function servingHttp2({ tls }, use) {
  const server = http2.createSecureServer({ cert: tls.cert, key: tls.key });
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200 });
    stream.pipe(stream);
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  try {
    return await use(server.address().port);
  } finally {
    server.close();
  }
}

/** A proxy on the loop: it connects through the loop, too. */
function makeProxy(forms, paths) {
  const proxy = http.createServer((_request, response) => response.writeHead(500).end());
  return proxy.on('connect', ({ url }, client) => {
    paths.push(url);
    const [host, port] = url.split(':');
    const server = forms.net(Number(port), host);
    server.once('connect', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      client.pipe(server).pipe(client);
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ])
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
  });
}

export const undici = [
  {
    title: 'fetch() and request() over HTTP/1.1, bodies both ways',
    async play(context) {
      const { Agent, fetch, request } = await context.load('undici');
      const app = http.createServer((incoming, response) => incoming.pipe(response));
      await serving(context, app, async (port) => {
        const dispatcher = new Agent({ connect: context.forms.undici });
        const url = `http://localhost:${port}/`;
        const body = 'x'.repeat(1_000_000);
        const response = await fetch(url, { dispatcher, method: 'POST', body });
        assert.equal(await response.text(), body);
        const { statusCode, body: answer } = await request(url, { dispatcher, method: 'POST', body });
        assert.equal(statusCode, 200);
        assert.equal(await answer.text(), body);
        await dispatcher.close();
      });
    },
  },
  {
    title: 'https, with a certificate that is checked',
    async play(context) {
      const { bight, tls } = context;
      const { Agent, fetch } = await context.load('undici');
      const app = http.createServer((_incoming, response) => response.end('secret'));
      const ssl = new bight.SSLContext({ cert: tls.cert, key: tls.key });
      await serving(
        context,
        app,
        async (port) => {
          const forms = bight.connector({ ssl: bight.createDefaultContext({ ca: tls.cert }) });
          const dispatcher = new Agent({ connect: forms.undici });
          assert.equal(await (await fetch(`https://localhost:${port}/`, { dispatcher })).text(), 'secret');
          const suspicious = new Agent({ connect: context.forms.undici });
          await assert.rejects(fetch(`https://localhost:${port}/`, { dispatcher: suspicious }), (error) =>
            /SELF_SIGNED/.test(error.cause.code),
          );
          await dispatcher.close();
          await suspicious.close();
        },
        { ssl },
      );
    },
  },
  {
    title: 'fetch() and request() over HTTP/2, several streams on one connection',
    play: (context) =>
      servingHttp2(context, async (port) => {
        const { bight, load, tls } = context;
        const { Agent, fetch, request } = await load('undici');
        const ssl = bight.createDefaultContext({ ca: tls.cert, alpnProtocols: ['h2', 'http/1.1'] });
        const { undici: connect } = bight.connector({ ssl });
        let connections = 0;
        const counting = (...args) => {
          connections++;
          return connect(...args);
        };
        const dispatcher = new Agent({ connect: counting, allowH2: true, connections: 1 });
        const url = `https://localhost:${port}/`;
        const bodies = ['one', 'two', 'x'.repeat(1_000_000)];
        const answers = await Promise.all(
          bodies.map(async (body) => (await fetch(url, { dispatcher, method: 'POST', body })).text()),
        );
        assert.deepEqual(answers, bodies);
        const { body } = await request(url, { dispatcher, method: 'POST', body: 'three' });
        assert.equal(await body.text(), 'three');
        assert.equal(connections, 1);
        await dispatcher.close();
      }),
  },
  {
    title: 'through a proxy, to HTTP and HTTPS servers, all on the loop',
    async play(context) {
      const { bight, forms, load, tls } = context;
      const { Pool, ProxyAgent, fetch } = await load('undici');
      const paths = [];
      const app = http.createServer((incoming, response) => incoming.pipe(response));
      const secured = { ssl: new bight.SSLContext({ cert: tls.cert, key: tls.key }) };
      await serving(context, makeProxy(forms, paths), (proxyPort) =>
        serving(context, app, (plainPort) =>
          serving(
            context,
            app,
            async (securedPort) => {
              const dispatcher = new ProxyAgent({
                uri: `http://${HOST}:${proxyPort}`,
                clientFactory: (origin) => new Pool(origin, { connect: forms.undici }),
                requestTls: { ca: tls.cert, servername: 'localhost' },
              });
              for (const url of [`http://localhost:${plainPort}/`, `https://localhost:${securedPort}/`]) {
                const body = 'x'.repeat(1_000_000);
                assert.equal(await (await fetch(url, { dispatcher, method: 'POST', body })).text(), body);
              }
              assert.deepEqual(paths, [`localhost:${plainPort}`, `localhost:${securedPort}`]);
              await dispatcher.close();
            },
            secured,
          ),
        ),
      );
    },
  },
  {
    title: 'a cancel of the task ends fetch() while it connects',
    async play({ bight, load, loop }) {
      const { Agent, fetch } = await load('undici');
      loop.getaddrinfo = () => loop.createFuture();
      const forms = bight.connector();
      const dispatcher = new Agent({ connect: forms.undici });
      const scope = bight.moveOnAfter(0.05);
      await scope.run(() => fetch('http://localhost:8080/', { dispatcher }));
      assert.ok(scope.cancelledCaught);
      await dispatcher.destroy();
    },
  },
].map((check) => ({ driver: 'undici', ...check }));

// What is tried with each driver, client and framework: a function that throws where something does not work.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const HOST = '127.0.0.1';
const LARGE = 100 * 1024 * 1024;

/** Serves an HTTP server on the loop while a function runs. */
async function serving({ bight, loop }, app, use, options = {}) {
  const server = await loop.createServer(bight.attachHttp(app), { host: HOST, ...options });
  try {
    return await use(server.sockets[0].getsockname().port);
  } finally {
    server.close();
    server.closeClients();
    await server.waitClosed();
  }
}

/** Makes many requests at once; there must be no errors. */
async function hammer({ load }, port, path) {
  const { default: autocannon } = await load('autocannon');
  const url = `http://${HOST}:${port}${path}`;
  const result = await autocannon({ url, connections: 20, amount: 2000 });
  const { errors, timeouts, non2xx } = result;
  assert.deepEqual(
    { errors, timeouts, non2xx, ok: result['2xx'] },
    { errors: 0, timeouts: 0, non2xx: 0, ok: 2000 },
  );
}

const counting = () => {
  const sink = new Writable({
    write(chunk, _encoding, done) {
      sink.total += chunk.length;
      done();
    },
  });
  return Object.assign(sink, { total: 0 });
};

async function withPg({ load, forms, ports, tls }, use, ssl = false) {
  const { default: pg } = await load('pg');
  const more = ssl ? { ssl: { ca: tls.cert, servername: 'localhost' } } : {};
  const options = {
    host: HOST,
    port: ports.postgres,
    user: 'bight',
    database: 'postgres',
    stream: forms.pg,
    ...more,
  };
  const client = new pg.Client(options);
  await client.connect();
  try {
    return await use(client, () => withPgClient(pg, options));
  } finally {
    await client.end();
  }
}

async function withPgClient(pg, options) {
  const client = new pg.Client(options);
  await client.connect();
  return client;
}

const pg = [
  {
    title: 'queries, with and without TLS',
    async play(context) {
      for (const ssl of [false, true])
        await withPg(
          context,
          async (client) => {
            const { rows } = await client.query('select $1::int + 1 as sum', [41]);
            assert.equal(rows[0].sum, 42);
            const answer = await client.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
            assert.equal(answer.rows[0].ssl, ssl);
          },
          ssl,
        );
    },
  },
  {
    title: 'COPY of 100 MB in and out',
    async play(context) {
      const { from, to } = (await context.load('pg-copy-streams')).default;
      await withPg(context, async (client) => {
        await client.query('create temporary table t (line text)');
        const line = Buffer.from(`${'x'.repeat(1023)}\n`);
        const lines = function* () {
          const piece = Buffer.concat(Array.from({ length: 64 }, () => line));
          for (let sent = 0; sent < LARGE; sent += piece.length) yield piece;
        };
        await pipeline(Readable.from(lines()), client.query(from('copy t from stdin')));
        const sink = counting();
        await pipeline(client.query(to('copy t to stdout')), sink);
        assert.equal(sink.total, LARGE);
      });
    },
  },
  {
    title: 'LISTEN and NOTIFY',
    async play(context) {
      await withPg(context, async (client, another) => {
        await client.query('listen news');
        const notified = once(client, 'notification');
        const other = await another();
        await other.query("notify news, 'read all about it'");
        await other.end();
        assert.equal((await notified)[0].payload, 'read all about it');
      });
    },
  },
  {
    title: 'a task that is cancelled cancels its query',
    async play(context) {
      const { bight, loop } = context;
      await withPg(context, async (client, another) => {
        const { rows } = await client.query('select pg_backend_pid() as pid');
        const task = loop.createTask(async () => {
          const query = client.query('select pg_sleep(600)');
          try {
            await bight.wrapFuture(query);
          } catch (error) {
            const other = await another();
            await other.query('select pg_cancel_backend($1)', [rows[0].pid]);
            await other.end();
            await assert.rejects(query, { code: '57014' });
            throw error;
          }
        });
        await bight.sleep(0.1);
        task.cancel();
        await Promise.resolve(task).catch(() => undefined);
        assert.ok(task.cancelled());
        assert.equal((await client.query('select 1 as one')).rows[0].one, 1);
      });
    },
  },
].map((check) => ({ driver: 'pg', needs: ['postgres'], ...check }));

const ioredis = [
  {
    title: 'commands, a pipeline, publish and subscribe',
    async play({ load, forms, ports }) {
      const { default: Redis } = await load('ioredis');
      const options = { host: HOST, port: ports.redis, Connector: forms.ioredis };
      const client = new Redis(options);
      const subscriber = new Redis(options);
      await client.set('key', 'value');
      const answers = await client.pipeline().get('key').del('key').get('key').exec();
      assert.deepEqual(answers, [
        [null, 'value'],
        [null, 1],
        [null, null],
      ]);
      await subscriber.subscribe('channel');
      const message = once(subscriber, 'message');
      await client.publish('channel', 'hello');
      assert.deepEqual(await message, ['channel', 'hello']);
      await subscriber.quit();
      await client.quit();
    },
  },
  {
    title: 'connects again after its connection was killed',
    async play({ load, forms, ports }) {
      const { default: Redis } = await load('ioredis');
      const client = new Redis({
        host: HOST,
        port: ports.redis,
        Connector: forms.ioredis,
        retryStrategy: () => 10,
      });
      const killer = new Redis({ host: HOST, port: ports.redis });
      client.on('error', () => {});
      const id = await client.client('ID');
      const again = once(client, 'reconnecting');
      await killer.client('KILL', 'ID', String(id));
      await again;
      assert.equal(await client.ping(), 'PONG');
      assert.notEqual(await client.client('ID'), id);
      await killer.quit();
      await client.quit();
    },
  },
].map((check) => ({ driver: 'ioredis', needs: ['redis'], ...check }));

const mysql2 = {
  driver: 'mysql2',
  needs: ['mariadb'],
  title: 'queries and a large result',
  async play({ load, forms, ports }) {
    const { default: mysql } = await load('mysql2/promise.js');
    const client = await mysql.createConnection({
      host: HOST,
      port: ports.mariadb,
      user: 'root',
      stream: forms.mysql2,
    });
    const [rows] = await client.query('select ? + 1 as sum', [41]);
    assert.equal(Number(rows[0].sum), 42);
    const [large] = await client.query("select repeat('x', 4000000) as text");
    assert.equal(large[0].text.length, 4_000_000);
    await client.end();
  },
};

const mqtt = {
  driver: 'mqtt',
  needs: ['mosquitto'],
  title: 'publishes and subscribes',
  async play({ load, forms, ports }) {
    const { MqttClient } = (await load('mqtt')).default;
    const client = new MqttClient(forms.mqtt, { host: HOST, port: ports.mosquitto });
    await once(client, 'connect');
    await client.subscribeAsync('topic', { qos: 1 });
    const message = once(client, 'message');
    await client.publishAsync('topic', 'payload', { qos: 1 });
    const [topic, payload] = await message;
    assert.equal(`${topic} ${payload}`, 'topic payload');
    await client.endAsync();
  },
};

const ws = {
  driver: 'ws',
  title: 'both sides, with compression, messages of 1 MB, a close code',
  async play(context) {
    const { default: WebSocket } = await context.load('ws');
    const { WebSocketServer } = WebSocket;
    const app = http.createServer();
    const sockets = new WebSocketServer({ server: app, perMessageDeflate: true });
    sockets.on('connection', (socket) =>
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
    );
    await serving(context, app, async (port) => {
      const client = new WebSocket(`ws://${HOST}:${port}/`, {
        createConnection: context.forms.ws,
        perMessageDeflate: true,
      });
      await once(client, 'open');
      for (const text of ['hello', 'x'.repeat(1_000_000)]) {
        const message = once(client, 'message');
        client.send(text);
        assert.equal(String((await message)[0]), text);
      }
      client.close(4001, 'enough');
      const [code] = await once(client, 'close');
      assert.equal(code, 4001);
    });
  },
};

const undici = [
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

const frameworks = [
  {
    driver: 'express',
    async make(load) {
      const { default: express } = await load('express');
      const app = express();
      app.use(express.json());
      app.get('/hello', (_request, response) => response.send('hello'));
      app.post('/echo', (request, response) => response.json(request.body));
      return { server: http.createServer(app), close: () => {} };
    },
  },
  {
    driver: 'fastify',
    async make(load) {
      const { default: fastify } = await load('fastify');
      const app = fastify();
      app.get('/hello', async () => 'hello');
      app.post('/echo', async (request) => request.body);
      await app.ready();
      return { server: app.server, close: () => app.close() };
    },
  },
  {
    driver: 'hono',
    async make(load) {
      const { Hono } = await load('hono');
      const { createAdaptorServer } = await load('@hono/node-server');
      const app = new Hono();
      app.get('/hello', (c) => c.text('hello'));
      app.post('/echo', async (c) => c.json(await c.req.json()));
      return { server: createAdaptorServer({ fetch: app.fetch }), close: () => {} };
    },
  },
].map(({ driver, make }) => ({
  driver,
  title: 'serves on attachHttp(): JSON both ways, 2,000 requests on 20 connections without an error',
  async play(context) {
    const { server, close } = await make(context.load);
    await serving(context, server, async (port) => {
      const headers = { 'content-type': 'application/json' };
      const options = { method: 'POST', headers, body: JSON.stringify({ a: [1, 'é'] }) };
      const response = await fetch(`http://${HOST}:${port}/echo`, options);
      assert.deepEqual(await response.json(), { a: [1, 'é'] });
      await hammer(context, port, '/hello');
    });
    await close();
  },
}));

const mail = {
  driver: 'nodemailer',
  title: 'sends to smtp-server with STARTTLS, both on the loop',
  async play({ bight, load, loop, forms, tls }) {
    const { SMTPServer } = (await load('smtp-server')).default;
    const { default: nodemailer } = await load('nodemailer');
    let received = '';
    const smtp = new SMTPServer({
      key: tls.key,
      cert: tls.cert,
      authOptional: true,
      onData(stream, _session, done) {
        stream.on('data', (piece) => (received += piece)).on('end', done);
      },
    });
    class Arriving extends bight.Protocol {
      connectionMade(transport) {
        smtp.server.emit('connection', bight.toSocket(transport));
      }
    }
    const server = await loop.createServer(() => new Arriving(), { host: HOST });
    const { port } = server.sockets[0].getsockname();
    const socket = forms.net(port, HOST);
    await once(socket, 'connect');
    const transport = nodemailer.createTransport({
      connection: socket,
      requireTLS: true,
      tls: { ca: tls.cert, servername: 'localhost' },
    });
    await transport.sendMail({
      from: 'a@example.org',
      to: 'b@example.org',
      subject: 'subject',
      text: 'the text',
    });
    assert.match(received, /the text/);
    transport.close();
    server.close();
    server.closeClients();
    await server.waitClosed();
  },
};

const ssh = {
  driver: 'ssh2',
  title: 'runs a command, both sides on the loop',
  async play({ bight, load, loop, forms }) {
    const { default: ssh2 } = await load('ssh2');
    const { private: hostKey } = ssh2.utils.generateKeyPairSync('ed25519');
    const host = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
      client.on('error', () => {});
      client.on('authentication', (given) => given.accept());
      client.on('session', (accept) =>
        accept().on('exec', (acceptExec, _reject, { command }) => {
          const channel = acceptExec();
          channel.write(`ran ${command}`);
          channel.exit(0);
          channel.end();
        }),
      );
    });
    class Arriving extends bight.Protocol {
      connectionMade(transport) {
        host.injectSocket(bight.toSocket(transport));
      }
    }
    const server = await loop.createServer(() => new Arriving(), { host: HOST });
    const client = new ssh2.Client();
    const sock = forms.net(server.sockets[0].getsockname().port, HOST);
    client.connect({ sock, username: 'user', password: 'x' });
    await once(client, 'ready');
    const channel = await new Promise((resolve, reject) =>
      client.exec('it', (error, made) => (error ? reject(error) : resolve(made))),
    );
    let output = '';
    for await (const piece of channel) output += piece;
    assert.equal(output, 'ran it');
    client.end();
    server.close();
    server.closeClients();
    await server.waitClosed();
  },
};

/** The line of the documentation that gives each request a context of its own, where the server listens by itself. */
const middleware = [
  {
    driver: 'http',
    module: null,
    async make({ taskify }, _load, answer) {
      return http.createServer(taskify(async (request, response) => response.end(await answer(request.url))));
    },
  },
  {
    driver: 'express',
    async make({ copyContext }, load, answer) {
      const { default: express } = await load('express');
      const app = express();
      app.use((_request, _response, next) => copyContext().run(next));
      app.use(async (request, response) => response.send(await answer(request.url)));
      return http.createServer(app);
    },
  },
  {
    driver: 'fastify',
    async make({ copyContext }, load, answer) {
      const { default: fastify } = await load('fastify');
      const app = fastify();
      app.addHook('onRequest', (_request, _reply, done) => copyContext().run(done));
      app.get('/*', (request) => answer(request.url));
      await app.ready();
      return app.server;
    },
  },
  {
    driver: 'hono',
    async make({ copyContext }, load, answer) {
      const { Hono } = await load('hono');
      const { createAdaptorServer } = await load('@hono/node-server');
      const app = new Hono();
      app.use((_context, next) => copyContext().run(next));
      app.get('/*', async (c) => c.text(await answer(c.req.path)));
      return createAdaptorServer({ fetch: app.fetch });
    },
  },
  {
    driver: 'koa',
    async make({ copyContext }, load, answer) {
      const { default: Koa } = await load('koa');
      const app = new Koa();
      app.use((_context, next) => copyContext().run(next));
      app.use(async (context) => {
        context.body = await answer(context.path);
      });
      return http.createServer(app.callback());
    },
  },
].map(({ driver, module, make }) => ({
  driver,
  module,
  title: 'the line of middleware gives each request a context of its own',
  async play({ bight, load }) {
    const name = new bight.ContextVar('name', { default: 'none' });
    const answer = async (path) => {
      const before = name.get();
      name.set(path);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return `${before} ${name.get()}`;
    };
    const server = await make(bight, load, answer);
    server.listen(0, HOST);
    await once(server, 'listening');
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const get = async (path) => {
      const request = http.get({ host: HOST, port: server.address().port, path, agent });
      const [response] = await once(request, 'response');
      let text = '';
      for await (const piece of response) text += piece;
      return text;
    };
    try {
      assert.deepEqual(await Promise.all(['/a', '/b', '/c'].map(get)), ['none /a', 'none /b', 'none /c']);
    } finally {
      agent.destroy();
      server.close();
      server.closeAllConnections();
    }
  },
}));

/** What is tried, in this order. */
export const checks = [
  ...pg,
  ...ioredis,
  mysql2,
  mqtt,
  ws,
  ...undici,
  ...frameworks,
  ...middleware,
  mail,
  ssh,
];

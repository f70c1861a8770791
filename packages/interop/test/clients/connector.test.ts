import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { CancelledError, type GetaddrinfoOptions, TimeoutError } from '@bight/loop-abstract';
import { failAfter, moveOnAfter, sleep } from '@bight/loop-core';
import { createDefaultContext, type ProactorEventLoop } from '@bight/loop-net';
import { describe, expect, test } from '@jest/globals';
import { inLoop } from '../../../bight/test/support/in-loop.js';
import { selfSigned } from '../../../bight/test/support/self-signed.js';
import { type Connector, type ConnectorOptions, connector } from '../../src/index.js';
import { identity, loopClasses } from '../support/peers.js';

/** A server that sends back what it gets. */
async function echoServer(options: { isSecured?: boolean; path?: string } = {}) {
  const echo = (socket: net.Socket): void => void socket.on('error', () => {}).pipe(socket);
  const server = options.isSecured ? tls.createServer(identity, echo) : net.createServer(echo);
  if (options.path === undefined) server.listen(0, '127.0.0.1');
  else server.listen(options.path);
  await once(server, 'listening');
  const { port } = (options.path === undefined ? server.address() : { port: 0 }) as net.AddressInfo;
  return { port, close: () => void server.close() };
}

async function echoes(socket: net.Socket): Promise<string> {
  socket.end('hello');
  let text = '';
  for await (const piece of socket) text += String(piece);
  return text;
}

const secure = (): ConnectorOptions => ({
  ssl: createDefaultContext({ ca: identity.cert }),
  serverHostname: 'localhost',
});

/** Each form that gives a socket, as its client calls it. */
const forms: Record<string, (given: Connector, port: number) => net.Socket | Promise<net.Socket>> = {
  'net(port, host)': ({ net: connect }, port) => connect(port, '127.0.0.1'),
  'net(port, host, listener)': ({ net: connect }, port) =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket));
    }),
  'net(options)': ({ net: connect }, port) => connect({ port, host: '127.0.0.1' }),
  pg: ({ pg }, port) => pg().connect(port, '127.0.0.1'),
  mysql2: ({ mysql2 }, port) => mysql2({ config: { host: '127.0.0.1', port } }),
  mqtt: ({ mqtt }, port) => mqtt({}, { host: '127.0.0.1', port, path: '/mqtt' }),
  ws: ({ ws }, port) => ws({ host: '127.0.0.1', port, path: '/chat' }),
  ioredis: ({ ioredis: Class }, port) => new Class({ host: '127.0.0.1', port }).connect(),
};

describe.each(loopClasses)('connector() on the $name loop', ({ Loop }) => {
  describe.each([false, true])('over TLS: %s', (isSecured) => {
    test.each(Object.entries(forms))('%s', (_, open) =>
      inLoop(async () => {
        const { port, close } = await echoServer({ isSecured });
        const socket = await open(connector(isSecured ? secure() : null), port);
        expect(socket).toBeInstanceOf(isSecured ? tls.TLSSocket : net.Socket);
        expect(await echoes(socket)).toBe('hello');
        close();
      }, Loop),
    );
  });

  test('net(path), pg and ws reach Unix sockets', () =>
    inLoop(async () => {
      const file = path.join(tmpdir(), `bight-interop-${process.pid}-${Loop.name}.sock`);
      const { close } = await echoServer({ path: file });
      const forms = connector();
      expect(await echoes(forms.net(file))).toBe('hello');
      expect(await echoes(forms.pg().connect(file))).toBe('hello');
      expect(await echoes(forms.ws({ socketPath: file, path: '/chat' }))).toBe('hello');
      close();
    }, Loop));

  test('emits what a socket of Node emits, and queues what is written before', () =>
    inLoop(async () => {
      for (const isSecured of [false, true]) {
        const { port, close } = await echoServer({ isSecured });
        const record = async (socket: net.Socket): Promise<string[]> => {
          const events: string[] = [`${socket.connecting} ${socket.pending} ${socket.readyState}`];
          for (const name of ['connect', 'ready', 'secureConnect', 'end', 'finish', 'close'])
            socket.on(name, (value: unknown) => events.push(name === 'close' ? `close ${value}` : name));
          socket.write('queued');
          socket.once('data', () => socket.end());
          await new Promise((resolve) => socket.once('close', resolve));
          events.push(`${socket.bytesRead} ${socket.bytesWritten} ${socket.connecting} ${socket.pending}`);
          return events;
        };
        const target = { port, host: '127.0.0.1' };
        const ours = await record(connector(isSecured ? secure() : null).net(target));
        const real = isSecured
          ? tls.connect({ ...target, ca: identity.cert, servername: 'localhost' })
          : net.connect(target);
        expect(ours).toEqual(await record(real));
        close();
      }
    }, Loop));

  test('fails as a socket of Node fails', () =>
    inLoop(async () => {
      const server = net.createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as net.AddressInfo;
      server.close();
      await once(server, 'close');
      const record = async (socket: net.Socket): Promise<string[]> => {
        const events: string[] = [];
        socket.on('error', (error: NodeJS.ErrnoException) =>
          events.push(`error ${error.code} ${error.syscall}`),
        );
        socket.write('x', (error) => events.push(`written ${error !== null && error !== undefined}`));
        await new Promise<void>((resolve) =>
          socket.once('close', (hadError) => {
            events.push(`close ${hadError}`);
            resolve();
          }),
        );
        return events;
      };
      const target = { port, host: '127.0.0.1' };
      expect(await record(connector().net(target))).toEqual(await record(net.connect(target)));
    }, Loop));

  test('refuses a certificate that it does not know', () =>
    inLoop(async () => {
      const { port, close } = await echoServer({ isSecured: true });
      const socket = connector({ ssl: true }).net({ port, host: '127.0.0.1' });
      const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
      expect(error.code).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
      // The options of a client override those of the connector.
      const trusting = connector({ ssl: true }).net({ port, host: '127.0.0.1', rejectUnauthorized: false });
      expect(await echoes(trusting)).toBe('hello');
      expect((trusting as tls.TLSSocket).authorized).toBe(false);
      close();
    }, Loop));

  test('httpAgent() and httpsAgent() make the connections of their requests', () =>
    inLoop(async () => {
      const { httpAgent, httpsAgent } = connector({ ssl: createDefaultContext({ ca: identity.cert }) });
      const answer: http.RequestListener = (request, response) => response.end(request.url);
      for (const isSecured of [false, true]) {
        const server = isSecured ? https.createServer(identity, answer) : http.createServer(answer);
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        const { port } = server.address() as net.AddressInfo;
        const agent = isSecured ? httpsAgent({ keepAlive: true }) : httpAgent({ keepAlive: true });
        const ports = new Set<number | undefined>();
        for (const path of ['/one', '/two']) {
          const options = { host: 'localhost', family: 4, port, path, agent };
          const request = isSecured ? https.get(options) : http.get(options);
          const [response] = (await once(request, 'response')) as [http.IncomingMessage];
          ports.add(response.socket.localPort);
          let body = '';
          for await (const piece of response) body += String(piece);
          expect(body).toBe(path);
        }
        expect(ports.size).toBe(1);
        agent.destroy();
        server.close();
      }
    }, Loop));

  test('undici gets a socket or an error, once', () =>
    inLoop(async () => {
      const { undici } = connector({ ssl: createDefaultContext({ ca: identity.cert }) });
      for (const [isSecured, protocol] of [
        [false, 'http:'],
        [true, 'https:'],
      ] as const) {
        const { port, close } = await echoServer({ isSecured });
        const target = {
          hostname: '127.0.0.1',
          host: `127.0.0.1:${port}`,
          port,
          protocol,
          servername: 'localhost',
        };
        const socket = await new Promise<net.Socket>((resolve, reject) =>
          undici(target, (error, made) => (error === null ? resolve(made!) : reject(error))),
        );
        expect(await echoes(socket)).toBe('hello');
        close();
        const refused = new Promise((_, reject) => undici({ ...target, port: 1 }, (error) => reject(error!)));
        await expect(refused).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      }
    }, Loop));

  describe('undici through a proxy', () => {
    async function throughProxy(port: number, { undici }: Connector): Promise<net.Socket> {
      const proxy = http.createServer();
      proxy.on('connect', (_, client: net.Socket) => {
        const onward = net.connect(port, '127.0.0.1', () => {
          client.write('HTTP/1.1 200 OK\r\n\r\n');
          client.pipe(onward).pipe(client);
        });
        for (const socket of [client, onward]) socket.on('error', () => {});
      });
      await once(proxy.listen(0, '127.0.0.1'), 'listening');
      const { port: proxyPort } = proxy.address() as net.AddressInfo;
      const target = { host: '127.0.0.1', port: proxyPort, method: 'CONNECT', path: `localhost:${port}` };
      const [, httpSocket] = (await once(http.request(target).end(), 'connect')) as [unknown, net.Socket];
      proxy.close();
      return new Promise((resolve, reject) =>
        undici({ hostname: 'localhost', port, protocol: 'https:', httpSocket }, (error, socket) =>
          error === null ? resolve(socket!) : reject(error),
        ),
      );
    }

    test('reaches a server that the context of the connector trusts', () =>
      inLoop(async () => {
        const { port, close } = await echoServer({ isSecured: true });
        const ssl = createDefaultContext({ ca: identity.cert });
        expect(await echoes(await throughProxy(port, connector({ ssl })))).toBe('hello');
        const named = connector({ ssl, serverHostname: 'wrong.example' });
        await expect(throughProxy(port, named)).rejects.toMatchObject({
          code: 'ERR_TLS_CERT_ALTNAME_INVALID',
        });
        close();
      }, Loop));

    test('does not reach one with another certificate than the pinned one', () =>
      inLoop(async () => {
        const { port, close } = await echoServer({ isSecured: true });
        const pinned = new Error('this is another certificate');
        const checks = [
          () => pinned,
          () => {
            throw pinned;
          },
        ];
        for (const checkServerIdentity of checks) {
          const ssl = createDefaultContext({ ca: identity.cert, checkServerIdentity });
          await expect(throughProxy(port, connector({ ssl }))).rejects.toBe(pinned);
        }
        const stranger = createDefaultContext({ ca: selfSigned().cert });
        await expect(throughProxy(port, connector({ ssl: stranger }))).rejects.toMatchObject({
          code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
        });
        close();
      }, Loop));
  });

  describe('a cancel', () => {
    /** A loop whose look-ups never end. */
    const Endless = class extends (Loop as unknown as typeof ProactorEventLoop) {
      override getaddrinfo(host: string, port: number, options?: GetaddrinfoOptions | null) {
        return host === 'nowhere' ? (this.createFuture() as never) : super.getaddrinfo(host, port, options);
      }
    };
    const wait = (socket: net.Socket) => new Promise<never>((_, reject) => socket.on('error', reject));

    test('of the task ends its attempt with a CancelledError', () =>
      inLoop(async (loop) => {
        const forms = connector();
        const task = loop.createTask(async () => wait(forms.net(80, 'nowhere')));
        await sleep(0);
        task.cancel();
        await expect(Promise.resolve(task)).rejects.toThrow(CancelledError);
        expect(task.cancelled()).toBe(true);
      }, Endless as never));

    test('of a scope ends the attempt of the client in it', () =>
      inLoop(async () => {
        const { httpAgent } = connector();
        const agent = httpAgent();
        const get = () =>
          new Promise((_, reject) => http.get({ host: 'nowhere', agent }).on('error', reject));
        const wrapped = () =>
          get().catch((cause) => {
            throw new TypeError('fetch failed', { cause });
          });
        const outer = moveOnAfter(0.01);
        await outer.run(wrapped);
        expect(outer.cancelledCaught).toBe(true);
        const scope = moveOnAfter(0.01);
        await scope.run(get);
        expect(scope.cancelledCaught).toBe(true);
        await expect(Promise.resolve(failAfter(0.01).run(get))).rejects.toThrow(TimeoutError);
        agent.destroy();
      }, Endless as never));

    test('of the task does not close an established connection', () =>
      inLoop(async (loop) => {
        const { port, close } = await echoServer();
        const forms = connector();
        const made = loop.createFuture<net.Socket>();
        const task = loop.createTask(async () => {
          const socket = forms.net(port, '127.0.0.1');
          socket.once('connect', () => made.setResult(socket));
          await sleep(1e6);
        });
        const socket = await made;
        task.cancel();
        await Promise.resolve(task).catch(() => undefined);
        expect(await echoes(socket)).toBe('hello');
        close();
      }, Loop));

    test('by destroy() abandons the attempt', () =>
      inLoop(async (loop) => {
        const socket = connector().net(80, 'nowhere');
        socket.destroy();
        await new Promise((resolve) => socket.once('close', resolve));
        loop.assertNoLeaks();
      }, Endless as never));
  });

  test('works where no task runs', async () => {
    const { port, close } = await echoServer();
    const loop = new Loop();
    const forms = connector({ loop });
    const answer = new Promise((resolve) =>
      setTimeout(() => resolve(echoes(forms.net(port, '127.0.0.1'))), 1),
    );
    void answer.then(() => loop.stop());
    await loop.runForever();
    expect(await answer).toBe('hello');
    loop.close();
    close();
  });
});

test('connector() refuses invalid options before anything is opened', () => {
  expect(() => connector()).toThrow(/no running event loop/);
  const loop = new loopClasses[0]!.Loop();
  try {
    for (const [options, message] of [
      [{ happyEyeballDelay: 1 }, /did you mean "happyEyeballsDelay"/],
      [{ happyEyeballsDelay: 'x' }, /happyEyeballsDelay/],
      [{ ssl: {} }, /ssl must be an SSLContext, true or false/],
      [{ localAddr: '::1' }, /localAddr/],
      [{ loop: {} }, /loop must be an event loop/],
      [{ interleave: -1 }, /interleave/],
    ] as const)
      expect(() => connector({ loop, ...options } as never)).toThrow(message);
    expect(() => connector({ loop }).net({} as never)).toThrow('options must have a port or a path');
    expect(() => connector({ loop }).net(null)).toThrow(TypeError);
  } finally {
    loop.close();
  }
});

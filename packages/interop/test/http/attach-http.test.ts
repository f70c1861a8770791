import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { ContextVar } from '@bight/contextvars';
import { CancelledError } from '@bight/loop-abstract';
import { currentTask, sleep } from '@bight/loop-core';
import { SSLContext } from '@bight/loop-net';
import { describe, expect, test } from '@jest/globals';
import { inLoop } from '../../../bight/test/support/in-loop.js';
import { type AttachHttpOptions, attachHttp } from '../../src/index.js';
import { type AnyLoop, identity, loopClasses } from '../support/peers.js';

interface Served {
  readonly port: number;
  close(): Promise<void>;
}

async function serve(
  loop: AnyLoop,
  server: http.Server,
  { ssl, ...options }: AttachHttpOptions & { ssl?: SSLContext } = {},
): Promise<Served> {
  const served = await loop.createServer(attachHttp(server, options), { host: '127.0.0.1', ssl });
  const { port } = served.sockets[0]!.getsockname() as { port: number };
  const close = async (): Promise<void> => {
    served.close();
    served.closeClients();
    await served.waitClosed();
  };
  return { port, close };
}

async function bodyOf(response: http.IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of response) text += String(piece);
  return text;
}

/** Sends a request with Node's client, and gives its response. */
async function ask(
  options: https.RequestOptions,
  body?: string,
  isSecured = false,
): Promise<http.IncomingMessage> {
  const request = (isSecured ? https : http).request({ host: '127.0.0.1', ...options });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  return response;
}

/** Sends text and reads until the peer ends. */
async function raw(port: number, ...texts: string[]): Promise<string> {
  const socket = net.connect({ port, host: '127.0.0.1' });
  for (const text of texts) socket.write(text);
  let answer = '';
  for await (const piece of socket) answer += String(piece);
  return answer;
}

describe.each(loopClasses)('an HTTP server on the $name loop', ({ Loop }) => {
  test('serves requests on one connection that is kept alive', () =>
    inLoop(async (loop) => {
      const ports = new Set<number | undefined>();
      const app = http.createServer(async (request, response) => {
        ports.add(request.socket.remotePort);
        response.end(`${request.method} ${request.url} ${await bodyOf(request)}`);
      });
      const { port, close } = await serve(loop, app);
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      for (const body of ['one', 'x'.repeat(1_000_000)]) {
        const response = await ask({ port, agent, method: 'POST', path: '/p' }, body);
        expect(await bodyOf(response)).toBe(`POST /p ${body}`);
      }
      expect(ports.size).toBe(1);
      await close();
      agent.destroy();
    }, Loop));

  test('runs each request as a task in a copy of the context, until the response is closed', () =>
    inLoop(async (loop) => {
      const name = new ContextVar<string>('name', { default: 'outer' });
      const seen: unknown[] = [];
      const tasks: { done(): boolean }[] = [];
      const app = http.createServer((request, response) => {
        const task = currentTask()!;
        tasks.push(task);
        seen.push(name.get());
        name.set(request.url!);
        // As Express does: the handler returns, and what it began goes on.
        void (async () => {
          await sleep(0);
          seen.push(name.get(), currentTask() === task, task.done());
          response.end();
        })();
      });
      const { port, close } = await serve(loop, app);
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      for (const path of ['/a', '/b']) await bodyOf(await ask({ port, path, agent }));
      expect(seen).toEqual(['outer', '/a', true, false, 'outer', '/b', true, false]);
      expect(new Set(tasks).size).toBe(2);
      await close();
      agent.destroy();
      expect(tasks.map((task) => task.done())).toEqual([true, true]);
    }, Loop));

  test.each([true, false])(
    'cancels the task when the client disconnects, with cancelOnDisconnect (%s)',
    (cancelOnDisconnect) =>
      inLoop(async (loop) => {
        const began = loop.createFuture<void>();
        const over = loop.createFuture<string>();
        const release = loop.createFuture<void>();
        const app = http.createServer(async (_request, response) => {
          response.on('close', () => !cancelOnDisconnect && over.setResult('closed'));
          began.setResult();
          try {
            await release;
          } catch (error) {
            if (cancelOnDisconnect) over.setResult((error as Error).constructor.name);
            throw error;
          }
        });
        const { port, close } = await serve(loop, app, { cancelOnDisconnect });
        const request = http.get({ port, host: '127.0.0.1' }).on('error', () => {});
        await began;
        request.destroy();
        expect(await over).toBe(cancelOnDisconnect ? CancelledError.name : 'closed');
        if (!release.done()) release.setResult();
        await close();
      }, Loop),
  );

  test('does not cancel the task of a response that is complete', () =>
    inLoop(async (loop) => {
      const end = loop.createFuture<string>();
      const app = http.createServer((_request, response) => {
        const task = currentTask()!;
        response.end('all');
        task.addDoneCallback(() => end.setResult(task.cancelled() ? 'cancelled' : 'done'));
      });
      const { port, close } = await serve(loop, app, { cancelOnDisconnect: true });
      await bodyOf(await ask({ port, agent: new http.Agent({ keepAlive: false }) }));
      expect(await end).toBe('done');
      await close();
    }, Loop));

  test('answers 100-continue, sends trailers, and keeps the order of pipelined requests', () =>
    inLoop(async (loop) => {
      const app = http.createServer(async (request, response) => {
        const body = await bodyOf(request);
        response.writeHead(200, { trailer: 'x-length', 'transfer-encoding': 'chunked' });
        response.write(body);
        response.addTrailers({ 'x-length': String(body.length) });
        response.end();
      });
      const { port, close } = await serve(loop, app);
      const request = http.request({
        port,
        host: '127.0.0.1',
        method: 'PUT',
        headers: { expect: '100-continue' },
      });
      request.flushHeaders();
      await once(request, 'continue');
      request.end('four');
      const [response] = (await once(request, 'response')) as [http.IncomingMessage];
      expect(await bodyOf(response)).toBe('four');
      expect(response.trailers).toEqual({ 'x-length': '4' });
      const post = (body: string, more = '') =>
        `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n${more}\r\n${body}`;
      const answers = await raw(port, post('1st') + post('2nd') + post('3rd', 'connection: close\r\n'));
      expect(answers.match(/1st|2nd|3rd/g)).toEqual(['1st', '2nd', '3rd']);
      await close();
    }, Loop));

  test('passes upgraded connections on, and ends them with closeClients()', () =>
    inLoop(async (loop) => {
      const tasks: ReturnType<typeof currentTask>[] = [];
      const app = http.createServer();
      app.on('upgrade', (request, socket, head) => {
        tasks.push(currentTask());
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nupgrade: ${request.headers.upgrade}\r\nconnection: upgrade\r\n\r\n`,
        );
        socket.write(head);
        socket.pipe(socket);
      });
      const { port, close } = await serve(loop, app);
      const client = net.connect({ port, host: '127.0.0.1' });
      client.write('GET / HTTP/1.1\r\nhost: x\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\nhead');
      client.write(' and more');
      let received = '';
      while (!received.endsWith('head and more')) received += String((await once(client, 'data'))[0]);
      expect(received).toContain('upgrade: echo');
      expect(tasks[0]!.done()).toBe(false);
      const ended = once(client, 'end');
      await close();
      await ended;
      await sleep(0);
      expect(tasks[0]!.done()).toBe(true);
      client.destroy();
    }, Loop));

  test('reports what a listener throws, and ends the connection', async () => {
    const reports: string[] = [];
    await inLoop(async (loop) => {
      loop.setExceptionHandler((_, { exception }) => reports.push((exception as Error).message));
      const app = http.createServer(() => {
        throw new Error('of the listener');
      });
      const { port, close } = await serve(loop, app);
      await expect(ask({ port })).rejects.toThrow('socket hang up');
      await close();
    }, Loop);
    expect(reports).toEqual(['of the listener']);
  });

  test('serves over TLS: an http.Server and an https.Server', () =>
    inLoop(async (loop) => {
      const ssl = new SSLContext(identity);
      const answer: http.RequestListener = (request, response) =>
        response.end(
          `${request.socket instanceof tls.TLSSocket} ${(request.socket as tls.TLSSocket).encrypted}`,
        );
      for (const app of [http.createServer(answer), https.createServer(answer)]) {
        const { port, close } = await serve(loop, app, { ssl });
        const response = await ask({ port, ca: identity.cert, servername: 'localhost' }, undefined, true);
        expect(await bodyOf(response)).toBe('true true');
        await close();
      }
    }, Loop));

  test('refuses a connection without TLS for an https.Server', async () => {
    const reports: string[] = [];
    await inLoop(async (loop) => {
      loop.setExceptionHandler((_, { exception }) => reports.push((exception as Error).message));
      const { port, close } = await serve(loop, https.createServer());
      await raw(port, 'GET / HTTP/1.1\r\n\r\n').catch(() => '');
      await close();
    }, Loop);
    expect(reports).toEqual(['an https.Server needs connections with TLS: pass ssl to loop.createServer()']);
  });

  test("applies the server's time-outs", () =>
    inLoop(async (loop) => {
      const app = http.createServer({
        requestTimeout: 50,
        headersTimeout: 50,
        connectionsCheckingInterval: 10,
      });
      const { port, close } = await serve(loop, app);
      expect(await raw(port, 'GET / HTTP/1.1\r\nhost: ')).toMatch(/^HTTP\/1.1 408 /);
      await close();
    }, Loop));

  test('attaches one server twice while that listens by itself', () =>
    inLoop(async (loop) => {
      const app = http.createServer((_request, response) => response.end(String(currentTask() !== null)));
      const [one, other] = [await serve(loop, app), await serve(loop, app)];
      app.listen(0, '127.0.0.1');
      await once(app, 'listening');
      const { port } = app.address() as net.AddressInfo;
      const agent = new http.Agent();
      for (const target of [one.port, other.port])
        expect(await bodyOf(await ask({ port: target, agent }))).toBe('true');
      await bodyOf(await ask({ port, agent }));
      app.close();
      app.closeAllConnections();
      await one.close();
      await other.close();
    }, Loop));
});

test('attachHttp() refuses what is no server, and unknown options', () => {
  expect(() => attachHttp((() => {}) as never)).toThrow(/^server must be an http.Server or https.Server/);
  expect(() => attachHttp(http.createServer(), { cancel: true } as never)).toThrow(/unknown option/);
  expect(() => attachHttp(http.createServer(), { cancelOnDisconnect: 1 } as never)).toThrow(/true or false/);
});

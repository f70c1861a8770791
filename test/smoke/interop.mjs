// A library that wants a net.Socket works on a transport: Node's HTTP server and client on a loop.
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { attachHttp, connector, toSocket } from '@bight/interop';
import { Protocol } from '@bight/loop-abstract';
import { ProactorEventLoop } from '@bight/loop-net';

const loop = new ProactorEventLoop();
await loop.runUntilComplete(async () => {
  const app = http.createServer((request, response) => response.end(`you asked for ${request.url}`));
  const server = await loop.createServer(attachHttp(app), { host: '127.0.0.1' });
  const { port } = server.sockets[0].getsockname();

  const [transport] = await loop.createConnection(() => new Protocol(), { host: '127.0.0.1', port });
  const socket = toSocket(transport);
  assert.ok(socket instanceof net.Socket);
  socket.end('GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  let answer = '';
  for await (const piece of socket) answer += piece;
  assert.match(answer, /you asked for \/a$/);

  const agent = connector().httpAgent();
  const body = await new Promise((resolve, reject) => {
    const request = http.get({ host: '127.0.0.1', port, path: '/b', agent }, async (response) => {
      let text = '';
      for await (const piece of response) text += piece;
      resolve(text);
    });
    request.on('error', reject);
  });
  assert.equal(body, 'you asked for /b');
  agent.destroy();
  server.close();
  server.closeClients();
  await server.waitClosed();
});
loop.close();

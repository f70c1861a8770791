// HTTP frameworks on a server of the loop, with and without TLS.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { frameworks } from './frameworks.mjs';
import { HOST, hammer, serving, textOf } from './serving.mjs';

/** Serves without and with TLS, one after the other. */
async function bothWays(context, make, use) {
  const { bight, tls } = context;
  for (const ssl of [null, new bight.SSLContext({ cert: tls.cert, key: tls.key })]) {
    const { server, close } = await make(context.load);
    const client = ssl === null ? {} : { ca: tls.cert, servername: 'localhost' };
    await serving(context, server, (port) => use({ server, port, client, isSecured: ssl !== null }), { ssl });
    await close();
  }
}

/** Returns a function that sends requests on one kept-alive connection. */
function asker({ port, client, isSecured }) {
  const { Agent, request } = isSecured ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ...client });
  const ask = (options) => request({ host: HOST, port, agent, ...client, ...options });
  return { agent, ask };
}

async function answerTo(request, body) {
  request.end(body);
  const [response] = await once(request, 'response');
  // A response that is read to its end gives its socket back.
  const { localPort } = response.socket;
  return { response, localPort, text: await textOf(response) };
}

const json = { 'content-type': 'application/json' };
const body = JSON.stringify({ a: [1, 'é'] });

/** Checks of HTTP's features beyond requests and responses. */
const features = {
  async 'keep-alive'({ ask }) {
    const ports = new Set();
    for (let count = 0; count < 3; count++) {
      const { localPort, text } = await answerTo(ask({ path: '/hello' }));
      assert.equal(text, 'hello');
      ports.add(localPort);
    }
    assert.equal(ports.size, 1);
  },
  async '100-continue'({ ask }) {
    const headers = { ...json, expect: '100-continue', 'content-length': Buffer.byteLength(body) };
    const request = ask({ method: 'POST', path: '/echo', headers });
    request.flushHeaders();
    await once(request, 'continue');
    assert.equal((await answerTo(request, body)).text, body);
  },
  async trailers({ ask }) {
    const { response, text } = await answerTo(ask({ path: '/trailers' }));
    assert.equal(text, 'four');
    assert.equal(response.trailers['x-length'], '4');
  },
  async 'a client that goes away in mid-body'({ ask, server }) {
    const arrived = once(server, 'request');
    const headers = { ...json, 'content-length': 100_000 };
    const request = ask({ method: 'POST', path: '/echo', headers }).on('error', () => {});
    request.write('{');
    const [incoming] = await arrived;
    const closed = new Promise((resolve) => incoming.socket.once('close', resolve));
    request.destroy();
    await closed;
    assert.equal(incoming.complete, false);
    assert.equal((await answerTo(ask({ path: '/hello' }))).text, 'hello');
  },
  async 'an upgrade'({ ask, server }) {
    server.once('upgrade', (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\n');
      socket.pipe(socket);
    });
    const request = ask({ path: '/', headers: { connection: 'upgrade', upgrade: 'echo' } });
    request.end();
    const [, socket] = await once(request, 'upgrade');
    socket.write('ping');
    assert.equal(String((await once(socket, 'data'))[0]), 'ping');
    socket.destroy();
  },
};

export const httpServers = frameworks.flatMap(({ make, ...framework }) => [
  {
    ...framework,
    title:
      'serves HTTP and HTTPS on attachHttp(): JSON both ways, 2,000 requests on 20 connections without an error',
    play: (context) =>
      bothWays(context, make, async (served) => {
        const { agent, ask } = asker(served);
        const request = ask({ method: 'POST', path: '/echo', headers: json });
        assert.equal((await answerTo(request, body)).text, body);
        await hammer(context, served.port, '/hello', served.isSecured);
        agent.destroy();
      }),
  },
  {
    ...framework,
    title: `${Object.keys(features).join(', ')}, with and without TLS`,
    play: (context) =>
      bothWays(context, make, async (served) => {
        const { agent, ask } = asker(served);
        for (const play of Object.values(features)) await play({ ...served, ask });
        agent.destroy();
      }),
  },
]);

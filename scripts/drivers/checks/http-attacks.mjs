// Raw requests that are cut off, malformed, pipelined or slow: an attached server answers and reports as Node's does.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { HOST } from './serving.mjs';

/** The pause of a client between two steps, and at the end, in milliseconds. */
const STEP_MS = 100;
const END_MS = 1500;
const LARGE = 'x'.repeat(3_000_000);

const get = (path, more = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
const post = (more) => `POST /x HTTP/1.1\r\nHost: a\r\n${more}\r\n\r\n`;
const upgrade = get('/up', 'Connection: Upgrade\r\nUpgrade: e\r\n');
const soon = { headersTimeout: 100, requestTimeout: 100, connectionsCheckingInterval: 30 };

/** What each client sends: texts, and between them steps. */
const scripts = {
  'leaves in mid-body': [`${post('Content-Length: 9')}abc`, 'wait', 'destroy'],
  'resets in mid-body': [`${post('Content-Length: 9')}abc`, 'wait', 'reset'],
  'ends in mid-body': [`${post('Content-Length: 9')}abc`, 'end'],
  'ends in mid-chunk': [`${post('Transfer-Encoding: chunked')}5\r\nab`, 'end'],
  'ends after its request': [get('/late'), 'end'],
  'ends after two requests': [get('/late') + get('/x'), 'end'],
  'sends three requests at once': [get('/late') + get('/x') + get('/late')],
  'sends more after Connection: close': [get('/late') + get('/x', 'Connection: close\r\n') + get('/never')],
  'sends an upgrade behind requests': [
    `${get('/late') + get('/x') + upgrade}HEAD`,
    'wait',
    'wait',
    'more',
    'wait',
    'end',
  ],
  'ends after its upgrade': [`${upgrade}HEAD`, 'end'],
  'resets after its upgrade': [upgrade, 'wait', 'reset'],
  connects: ['CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\nHEAD'],
  'waits for 100-continue': [post('Expect: 100-continue\r\nContent-Length: 3'), 'wait', 'abc'],
  'does not wait for 100-continue': [`${post('Expect: 100-continue\r\nContent-Length: 3')}abc`],
  'leaves at 100-continue': [post('Expect: 100-continue\r\nContent-Length: 3'), 'wait', 'destroy'],
  'expects what there is not': [`${post('Expect: tea\r\nContent-Length: 3')}abc`],
  'sends trailers, and another request': [
    `${post('Transfer-Encoding: chunked\r\nTrailer: x-u')}3\r\nabc\r\n0\r\nx-u: v\r\n\r\n${get('/x')}`,
  ],
  'sends nonsense': ['NONSENSE\r\n\r\n'],
  'sends nonsense behind a request': [`${get('/late')}NONSENSE\r\n\r\n`],
  'sends two lengths': [`${post('Content-Length: 3\r\nTransfer-Encoding: chunked')}0\r\n\r\n`],
  'sends a large header': [get('/x', `a: ${'y'.repeat(20_000)}\r\n`)],
  'names no host': ['GET /x HTTP/1.1\r\n\r\n'],
  'speaks HTTP/1.0': ['GET /x HTTP/1.0\r\n\r\n'],
  'asks for the head': ['HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n'],
  'is cut off at once': [get('/destroy')],
  'is cut off in mid-response': [get('/cut')],
  'sends a large body that is not read': [
    post('Content-Length: 3000000').replace('/x', '/unread') + LARGE,
    'wait',
    get('/x'),
  ],
  'gets a large response': [get('/large', 'Connection: close\r\n')],
  'leaves in mid-response': ['pause', get('/endless'), 'wait', 'destroy'],
  'resets in mid-response': ['pause', get('/endless'), 'wait', 'reset'],
  'sends no whole header': ['GET /x HTT', soon],
  'sends no body': [post('Content-Length: 3'), soon],
  'ends without a request': ['wait', 'end'],
  'resets without a request': ['wait', 'reset'],
};

const steps = {
  wait: () => delay(STEP_MS),
  end: (client) => client.end(),
  destroy: (client) => client.destroy(),
  reset: (client) => client.resetAndDestroy(),
  pause: (client) => client.pause(),
};

const answers = {
  '/late': (_request, response) => setTimeout(() => response.end('late'), STEP_MS),
  '/large': (_request, response) => response.end(LARGE),
  '/endless': (_request, response) => {
    const write = () => {
      while (response.write(LARGE.slice(0, 65_536)));
    };
    response.on('drain', write);
    write();
  },
  '/destroy': (request) => request.socket.destroy(),
  '/cut': (_request, response) => {
    response.write('part');
    setTimeout(() => response.destroy(), STEP_MS / 2);
  },
  '/unread': (_request, response) => response.end('unread'),
};

/** A server that notes what happens, for each request, and for the connection. */
function makeServer(options) {
  const log = { connection: [] };
  const note = (where, what) => {
    log[where] ??= [];
    log[where].push(what);
  };
  const watch = (emitter, where, name, events) => {
    for (const event of events)
      emitter.on(event, (value) => note(where, `${name} ${event} ${value?.code ?? ''}`));
  };
  const server = http.createServer({ keepAliveTimeout: 400, ...options });
  let count = 0;
  server.on('request', (request, response) => {
    const where = `request ${++count}`;
    note(where, `${request.method} ${request.url}`);
    watch(request, where, 'request', ['aborted', 'end', 'close', 'error']);
    watch(response, where, 'response', ['finish', 'close', 'error']);
    const answer = answers[request.url];
    if (answer !== undefined) {
      answer(request, response);
      return;
    }
    let length = 0;
    request.on('data', (bytes) => (length += bytes.length));
    request.on('end', () => {
      note(where, JSON.stringify(request.trailers));
      response.end(`got ${length}`);
    });
  });
  server.on('clientError', (error, socket) => {
    note('connection', `clientError ${error.code} ${socket.writable}`);
    if (socket.writable) socket.end('HTTP/1.1 400 Bad\r\n\r\n');
  });
  server.on('upgrade', (_request, socket, head) => {
    note('connection', `upgrade ${head}`);
    watch(socket, 'connection', 'upgraded', ['end', 'error']);
    socket.on('data', (bytes) => socket.write(`echo of ${bytes}`));
    socket.write(`HTTP/1.1 101 Switching\r\n\r\nhead ${head}`);
  });
  server.on('connect', (_request, socket, head) => socket.end(`HTTP/1.1 200 OK\r\n\r\nhead ${head}`));
  server.on('connection', (socket) => watch(socket, 'connection', 'socket', ['end', 'close', 'error']));
  return { server, log };
}

/** What a server has noted, and what its client has got. */
async function outcome(script, listen) {
  const { server, log } = makeServer(script.find((step) => typeof step === 'object'));
  const { port, close } = await listen(server);
  const client = net.connect({ port, host: HOST, allowHalfOpen: true });
  let got = '';
  let how = 'open';
  client.on('data', (bytes) => (got += bytes));
  client.on('end', () => {
    how = 'ended';
    client.end();
  });
  client.on('error', ({ code }) => (how = code));
  await once(client, 'connect');
  for (const step of script) {
    if (typeof step !== 'string') continue;
    if (step in steps) await steps[step](client);
    else client.write(step);
  }
  await delay(END_MS);
  const result = { log: structuredClone(log), got: got.replaceAll(/^Date: .*\r\n/gm, ''), how };
  client.destroy();
  await close();
  return result;
}

const listenByItself = async (server) => {
  await once(server.listen(0, HOST), 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { port: server.address().port, close };
};

const listenAttached = (bight, loop) => async (app) => {
  const server = await loop.createServer(bight.attachHttp(app), { host: HOST });
  const close = async () => {
    server.close();
    server.closeClients();
    await server.waitClosed();
  };
  return { port: server.sockets[0].getsockname().port, close };
};

export const httpAttacks = {
  driver: 'http',
  module: null,
  title: `${Object.keys(scripts).length} clients that leave, reset, pipeline or send nonsense get and cause the same as with Node's server`,
  async play({ bight, loop }) {
    await Promise.all(
      Object.entries(scripts).map(async ([name, script]) => {
        const expected = await outcome(script, listenByItself);
        const actual = await outcome(script, listenAttached(bight, loop));
        assert.deepEqual(actual, expected, `a client that ${name}`);
      }),
    );
  },
};

// Our end of a TLS connection, for scripts/tls.mjs: `ours.mjs serve SETTINGS` or `ours.mjs ask SETTINGS`. The server
// answers an HTTP request with the number of bytes that the path names. The client makes two such requests, one after
// the other, and prints the result of each.
import {
  createDefaultContext,
  Protocol,
  SelectorEventLoop,
  SSLContext,
} from '../../packages/bight/dist/index.js';

const [, , role, text] = process.argv;
const settings = JSON.parse(text);
const { cert, key, ca, version, host, port, bytes } = settings;
const versions = version === undefined ? {} : { minVersion: version, maxVersion: version };

class Answering extends Protocol {
  #request = '';

  connectionMade(transport) {
    this.transport = transport;
  }

  dataReceived(data) {
    this.#request += data.toString('latin1');
    if (!this.#request.includes('\r\n\r\n')) return;
    const [, length] = /^GET \/(\d+) /.exec(this.#request) ?? [undefined, '0'];
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n`;
    this.transport.write(Buffer.from(head));
    this.transport.write(Buffer.alloc(Number(length), 'x'));
    this.transport.close();
  }
}

class Asking extends Protocol {
  constructor(loop) {
    super();
    this.lost = loop.createFuture();
    this.length = 0;
  }

  connectionMade(transport) {
    this.transport = transport;
    transport.write(Buffer.from(`GET /${bytes} HTTP/1.0\r\nHost: ${host}\r\n\r\n`));
  }

  dataReceived(data) {
    this.length += data.length;
    const tls = this.transport.getExtraInfo('sslObject');
    this.found ??= { authorized: tls.authorized, kind: tls.constructor.name };
  }

  connectionLost(error) {
    this.lost.setResult(error?.message ?? null);
  }
}

async function ask(loop, ssl) {
  const options = { host: '127.0.0.1', port, ssl, serverHostname: host };
  try {
    const [, protocol] = await loop.createConnection(() => new Asking(loop), options);
    const lost = await protocol.lost;
    return { lost, length: protocol.length, ...protocol.found };
  } catch (error) {
    return { code: error.code };
  }
}

const loop = new SelectorEventLoop();
await loop.runUntilComplete(async () => {
  if (role === 'ask') {
    const ssl = createDefaultContext({ ca, ...versions });
    console.log(JSON.stringify([await ask(loop, ssl), await ask(loop, ssl)]));
    return;
  }
  const ssl = new SSLContext({ cert, key, ...versions });
  const server = await loop.createServer(() => new Answering(), { host: '127.0.0.1', port: 0, ssl });
  console.log(server.sockets[0].getsockname().port);
  const over = loop.createFuture();
  process.stdin.on('end', () => over.setResult(null)).resume();
  await over;
  server.close();
});
loop.close();

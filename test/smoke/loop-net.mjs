// runtimes: node bun deno
// A TCP server and twenty clients on the loopback interface, with protocols and half-close; datagrams; TLS, which is
// refused where it would hang.
import assert from 'node:assert/strict';
import { ContextVar } from '@bight/contextvars';
import { Protocol } from '@bight/loop-abstract';
import { CoreEventLoop, gather, getRunningLoop, run } from '@bight/loop-core';
import { SelectorEventLoop, SSLContext, withNet } from '@bight/loop-net';

class MyLoop extends withNet(CoreEventLoop) {}

const client = new ContextVar('client', { default: 'none' });

class Upper extends Protocol {
  transport;
  connectionMade(transport) {
    this.transport = transport;
  }
  dataReceived(data) {
    this.transport.write(Buffer.from(String(data).toUpperCase()));
  }
  eofReceived() {
    return false; // the transport closes itself
  }
}

async function talk(port, number) {
  client.set(`client ${number}`);
  const loop = getRunningLoop();
  const lost = loop.createFuture();
  let received = '';
  const [transport] = await loop.createConnection(
    () => ({
      dataReceived(data) {
        assert.equal(client.get(), `client ${number}`);
        received += data;
        if (received.length === 8) transport.writeEof();
      },
      connectionLost: (error) => lost.setResult(error),
    }),
    { host: '127.0.0.1', port },
  );
  transport.write(Buffer.from(`hello ${String(number).padStart(2)}`));
  assert.equal(await lost, null);
  return received;
}

async function exchangeDatagrams() {
  const loop = getRunningLoop();
  const received = loop.createFuture();
  const lost = [loop.createFuture(), loop.createFuture()];
  const endpoint = (number) => ({
    datagramReceived: (data) => received.setResult(String(data)),
    connectionLost: (error) => lost[number].setResult(error),
  });
  const [server] = await loop.createDatagramEndpoint(() => endpoint(0), {
    localAddr: { host: '127.0.0.1', port: 0 },
  });
  const remoteAddr = server.getExtraInfo('sockname');
  const [sender] = await loop.createDatagramEndpoint(() => endpoint(1), { remoteAddr });
  sender.sendto(Buffer.from('datagram'));
  assert.equal(await received, 'datagram');
  assert.equal(sender.getWriteBufferSize(), 0);
  for (const transport of [server, sender]) transport.close();
  assert.deepEqual(await gather(lost), [null, null]);
}

async function refuseTls(port) {
  const ssl = new SSLContext({});
  await assert.rejects(
    async () => getRunningLoop().createConnection(() => new Upper(), { host: '127.0.0.1', port, ssl }),
    { name: 'NotImplementedError', message: /TLS is not possible on Deno/ },
  );
}

/** TLS without a certificate; which object does it, no program may notice. */
async function exchangeSecurely() {
  const loop = getRunningLoop();
  const ciphers = 'AECDH-AES128-SHA:@SECLEVEL=0';
  const ssl = new SSLContext({ ciphers, maxVersion: 'TLSv1.2', rejectUnauthorized: false });
  const server = await loop.createServer(() => new Upper(), { host: '127.0.0.1', port: 0, ssl });
  const { port } = server.sockets[0].getsockname();
  const lost = loop.createFuture();
  let received = '';
  const [transport] = await loop.createConnection(
    () => ({
      dataReceived(data) {
        received += data;
        if (received.length === 6) transport.close();
      },
      connectionLost: (error) => lost.setResult(error),
    }),
    { host: '127.0.0.1', port, ssl, serverHostname: '' },
  );
  assert.equal(transport.getExtraInfo('cipher').name, 'AECDH-AES128-SHA');
  transport.write(Buffer.from('secure'));
  assert.equal(await lost, null);
  assert.equal(received, 'SECURE');
  server.close();
  await server.waitClosed();
}

/** Where the addon's package is installed, Node.js loads it without an import by the program. */
async function findAddon() {
  let loop;
  try {
    loop = new SelectorEventLoop();
  } catch ({ name, message }) {
    assert.equal(name, 'NotImplementedError');
    assert.doesNotMatch(message, /has to import/);
    return;
  }
  await loop.runUntilComplete(exchangeSecurely);
  loop.close();
}

async function main() {
  const loop = getRunningLoop();
  const server = await loop.createServer(() => new Upper(), { host: '127.0.0.1' });
  const [socket] = server.sockets;
  const address = socket.getsockname();
  assert.ok(typeof address === 'object');
  const numbers = Array.from({ length: 20 }, (_, number) => number);
  const replies = await gather(numbers.map((number) => () => talk(address.port, number)));
  assert.deepEqual(
    replies,
    numbers.map((number) => `HELLO ${String(number).padStart(2)}`),
  );
  if ('Deno' in globalThis) await refuseTls(address.port);
  server.close();
  await server.waitClosed();
  await exchangeDatagrams();
}

const isNode = !('Deno' in globalThis) && !('Bun' in globalThis);
if (isNode) await findAddon();
await run(main, { loopFactory: () => new MyLoop() });
if (isNode) await run(exchangeSecurely, { loopFactory: () => new MyLoop() });

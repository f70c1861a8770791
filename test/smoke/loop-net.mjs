// A TCP server and twenty clients on the loopback interface, with protocols and half-close.
import assert from 'node:assert/strict';
import { ContextVar } from '@bight/contextvars';
import { Protocol } from '@bight/loop-abstract';
import { CoreEventLoop, gather, getRunningLoop, run } from '@bight/loop-core';
import { withNet } from '@bight/loop-net';

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
  server.close();
  await server.waitClosed();
}

await run(main, { loopFactory: () => new MyLoop() });

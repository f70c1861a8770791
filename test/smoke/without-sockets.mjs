// runtimes: node
// The network and subprocesses where `@bight/sockets` is not installed: Node's own sockets, and a reason where a
// selector is asked for.
import assert from 'node:assert/strict';
import { Protocol, SubprocessProtocol } from '@bight/loop-abstract';
import { CoreEventLoop, getRunningLoop, run } from '@bight/loop-core';
import { ProactorEventLoop, SelectorEventLoop, withNet, withSelectorNet } from '@bight/loop-net';
import { SelectorHost } from '@bight/loop-net/low-level';
import { withSubprocess } from '@bight/loop-subprocess';

const reason = {
  name: 'NotImplementedError',
  message: 'a selector loop is not possible here: @bight/sockets is not installed',
};

class MyLoop extends withSubprocess(withNet(CoreEventLoop)) {}

class SelectorLoop extends withSelectorNet(CoreEventLoop) {}

class Echo extends Protocol {
  transport;
  connectionMade(transport) {
    this.transport = transport;
  }
  dataReceived(data) {
    this.transport.write(data);
  }
}

async function talk() {
  const loop = getRunningLoop();
  const server = await loop.createServer(() => new Echo(), { host: '127.0.0.1' });
  const [socket] = server.sockets;
  const { port } = socket.getsockname();
  const echoed = loop.createFuture();
  const [transport] = await loop.createConnection(
    () => ({ dataReceived: (data) => echoed.setResult(String(data)) }),
    { host: '127.0.0.1', port },
  );
  transport.write(Buffer.from('hello'));
  assert.equal(await echoed, 'hello');
  transport.close();
  server.close();
  await server.waitClosed();
}

class Output extends SubprocessProtocol {
  text = '';
  ended = getRunningLoop().createFuture();
  pipeDataReceived(_fd, data) {
    this.text += data;
  }
  connectionLost() {
    this.ended.setResult(this.text);
  }
}

async function spawn() {
  const proactorHasNone = { name: 'NotImplementedError', message: /SelectorEventLoop/ };
  assert.throws(() => getRunningLoop().addReader(0, () => {}), proactorHasNone);
  const [transport, output] = await getRunningLoop().subprocessExec(() => new Output(), 'cat', []);
  const input = transport.getPipeTransport(0);
  assert.ok(input !== null);
  input.write(Buffer.from('to cat and back'));
  input.close();
  assert.equal(await output.ended, 'to cat and back');
}

async function refuse() {
  const loop = getRunningLoop();
  assert.throws(() => loop.createServer(() => new Echo(), { host: '127.0.0.1' }), reason);
  assert.throws(() => loop.addReader(0, () => {}), reason);
  assert.equal(loop.removeReader(0), false);
}

const missing = '@bight/sockets';
await assert.rejects(async () => import(missing), { code: 'ERR_MODULE_NOT_FOUND' });
assert.throws(() => new SelectorEventLoop(), reason);
assert.throws(() => new SelectorHost(), reason);
await run(talk, { loopFactory: () => new MyLoop() });
await run(spawn, { loopFactory: () => new MyLoop() });
await run(talk, { loopFactory: () => new ProactorEventLoop() });
await run(refuse, { loopFactory: () => new SelectorLoop() });

import { Buffer } from 'node:buffer';
import { type BaseTransport, ContextVar, createTask, getRunningLoop } from 'bight';
import { end, newFuture, Recorder as PlainRecorder, serve } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

const name = new ContextVar<string>('name', { default: 'anonymous' });

class Recorder extends PlainRecorder {
  override connectionMade(transport: BaseTransport): void {
    this.lane(name.get());
    super.connectionMade(transport);
  }

  override dataReceived(data: Buffer): void {
    this.lane(name.get(), data);
    super.dataReceived(data);
  }

  override eofReceived(): boolean {
    this.lane(name.get());
    return super.eofReceived();
  }
}

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const arrived = newFuture<Recorder>();
  const make = () => {
    arrived.setResult(new Recorder(trace.lane('server')));
    trace('factory of the server', name.get());
    return arrived.result();
  };
  const makeClient = () => {
    trace('factory of the client', name.get());
    name.set('the client factory');
    return new Recorder(trace.lane('client'));
  };
  const [server, port] = await createTask(async () => {
    name.set('the server');
    return await serve(make);
  });
  name.set('main');
  const [transport, client] = await createTask(async () => {
    name.set('the client');
    const connected = await loop.createConnection(makeClient, { host: '127.0.0.1', port });
    trace(name.get());
    return connected;
  });
  const accepted = await arrived;
  transport.write(Buffer.from('question'));
  await accepted.received(8);
  accepted.transport.write(Buffer.from('answer'));
  await client.received(6);
  accepted.transport.close();
  await end(server, client, accepted);
}

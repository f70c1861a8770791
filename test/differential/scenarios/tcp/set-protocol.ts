import { Buffer } from 'node:buffer';
import type { Transport } from 'bight';
import { end, pair, Recorder } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

class Handshake extends Recorder {
  next!: Recorder;
  readonly #makeNext: (transport: Transport) => Recorder;

  constructor(lane: Trace, makeNext: (transport: Transport) => Recorder) {
    super(lane);
    this.#makeNext = makeNext;
  }

  override dataReceived(data: Buffer): void {
    this.lane('data', data);
    super.dataReceived(data);
    this.next = this.#makeNext(this.transport);
    this.transport.setProtocol(this.next);
    this.transport.write(Buffer.from('ready'));
  }
}

export async function main(trace: Trace): Promise<void> {
  const makeNext = (transport: Transport) => {
    const protocol = new Recorder(trace.lane('the next protocol'));
    protocol.transport = transport;
    return protocol;
  };
  const [client, accepted, server] = await pair(
    () => new Recorder(trace.lane('client')),
    () => new Handshake(trace.lane('server'), makeNext),
  );
  client.transport.write(Buffer.from('hello'));
  await client.received(5);
  trace(accepted.transport.getProtocol() === accepted.next);
  client.transport.write(Buffer.from('for the next one'));
  await accepted.next.received(16);
  trace(accepted.data, accepted.next.data);
  client.transport.close();
  await end(server, client, accepted.next);
}

import { Buffer } from 'node:buffer';
import { type BaseTransport, BufferedProtocol, getRunningLoop, type Transport } from 'bight';
import { end, newFuture, Recorder, serve } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

class Buffered extends BufferedProtocol {
  readonly lane: Trace;
  readonly next: Recorder;
  readonly buffer = Buffer.alloc(4);
  transport!: Transport;
  text = '';

  constructor(lane: Trace, next: Recorder) {
    super();
    this.lane = lane;
    this.next = next;
  }

  override connectionMade(transport: BaseTransport): void {
    this.transport = transport as Transport;
    this.lane('made');
  }

  override getBuffer(sizehint: number): Buffer {
    this.lane('get', sizehint);
    return this.buffer;
  }

  override bufferUpdated(count: number): void {
    this.lane('updated', count, this.buffer.subarray(0, count));
    this.text += this.buffer.toString('latin1', 0, count);
    if (this.text.length === 12) {
      this.next.transport = this.transport;
      this.transport.setProtocol(this.next);
    }
  }

  override eofReceived(): void {
    this.lane('eof');
  }

  override connectionLost(error: Error | null): void {
    this.lane('lost', error);
  }
}

export async function main(trace: Trace): Promise<void> {
  const lane = trace.lane('client');
  const plain = new Recorder(trace.lane('the next protocol'));
  const arrived = newFuture<Recorder>();
  const make = () => {
    const protocol = new Recorder(trace.lane('server'));
    arrived.setResult(protocol);
    return protocol;
  };
  const [server, port] = await serve(make);
  await getRunningLoop().createConnection(() => new Buffered(lane, plain), { host: '127.0.0.1', port });
  const accepted = await arrived;
  await accepted.made;
  accepted.transport.write(Buffer.from('0123456789and the rest'));
  await plain.received(10);
  trace(plain.data);
  accepted.transport.close();
  await end(server, plain, accepted);
}

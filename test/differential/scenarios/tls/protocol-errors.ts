import { Buffer } from 'node:buffer';
import { getRunningLoop, ValueError } from 'bight';
import { clientContext, serverContext } from '../../support/certificate.js';
import { end, newFuture, Recorder, serve } from '../../support/network.js';
import { createTrace, type Trace } from '../../support/trace.js';

export const needs = 'network';

class Faulty extends Recorder {
  readonly fault: string;

  constructor(lane: Trace, fault: string) {
    super(lane);
    this.fault = fault;
  }

  override dataReceived(data: Buffer): void {
    super.dataReceived(data);
    if (this.fault === 'data_received') throw new ValueError('data_received');
  }

  override eofReceived(): boolean {
    super.eofReceived();
    if (this.fault === 'eof_received') throw new ValueError('eof_received');
    return false;
  }
}

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.setExceptionHandler((_, context) => trace('handler', ...trace.context(context).slice(1)));
  for (const fault of ['data_received', 'eof_received']) {
    const arrived = newFuture<Faulty>();
    const make = () => {
      arrived.setResult(new Faulty(trace.lane(`${fault}: server`), fault));
      return arrived.result();
    };
    const [server, port] = await serve(make, { ssl: serverContext() });
    const [transport, client] = await loop.createConnection(() => new Recorder(createTrace()), {
      host: '127.0.0.1',
      port,
      ssl: clientContext(),
      serverHostname: 'localhost',
    });
    const accepted = await arrived;
    await accepted.made;
    transport.write(Buffer.from('data'));
    await accepted.received(4);
    transport.close();
    await end(server, accepted);
    transport.abort();
    await client.lost;
  }
}

import { Buffer } from 'node:buffer';
import { gather, getRunningLoop } from 'bight';
import { Recorder, serve } from '../../support/network.js';
import { createTrace, type Trace } from '../../support/trace.js';

export const needs = 'network';

let madeSoFar = 0;

class Numbering extends Recorder {
  constructor(lane: Trace) {
    super(lane);
    madeSoFar++;
  }

  override dataReceived(data: Buffer): void {
    super.dataReceived(data);
    if (!this.data.endsWith('\n')) return;
    this.transport.write(Buffer.from(`you are ${this.data}`));
    this.transport.close();
  }
}

export async function main(trace: Trace): Promise<void> {
  madeSoFar = 0;
  const loop = getRunningLoop();
  const [server, port] = await serve(() => new Numbering(createTrace()));

  const talk = async (number: number) => {
    const [transport, client] = await loop.createConnection(() => new Recorder(createTrace()), {
      host: '127.0.0.1',
      port,
    });
    transport.write(Buffer.from(`number ${number}`));
    transport.write(Buffer.from('\n'));
    await client.lost;
    return client.data;
  };

  trace(await gather([...Array(20).keys()].map((number) => () => talk(number))));
  trace(madeSoFar);
  server.close();
  await server.waitClosed();
}

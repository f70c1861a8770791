import { type BaseTransport, getRunningLoop, sleep } from 'bight';
import { end, newFuture, Recorder, serve } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

class Client extends Recorder {
  override connectionMade(transport: BaseTransport): void {
    getRunningLoop().callSoon(this.lane, ['what connection_made scheduled']);
    super.connectionMade(transport);
  }
}

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const lane = trace.lane('client');
  const accepted = newFuture<Recorder>();
  const make = () => {
    const protocol = new Recorder(trace.lane('server'));
    accepted.setResult(protocol);
    return protocol;
  };
  const [server, port] = await serve(make);
  const [transport, client] = await loop.createConnection(() => new Client(lane), {
    host: '127.0.0.1',
    port,
  });
  lane('connected');
  await sleep(0);
  lane('a turn later');
  const other = await accepted;
  loop.callSoon(lane, ['before']);
  transport.close();
  lane('closed');
  loop.callSoon(lane, ['after']);
  await end(server, client, other);
}

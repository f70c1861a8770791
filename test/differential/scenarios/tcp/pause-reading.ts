import { Buffer } from 'node:buffer';
import { type BaseTransport, sleep } from 'bight';
import { end, pair, Recorder } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

class Pausing extends Recorder {
  override connectionMade(transport: BaseTransport): void {
    super.connectionMade(transport);
    this.transport.pauseReading();
    this.transport.pauseReading();
    this.lane(this.transport.isReading());
  }

  override dataReceived(data: Buffer): void {
    this.lane('data', data);
    super.dataReceived(data);
    this.transport.pauseReading();
  }
}

export async function main(trace: Trace): Promise<void> {
  const [client, accepted, server] = await pair(
    () => new Recorder(trace.lane('client')),
    () => new Pausing(trace.lane('server')),
  );
  client.transport.write(Buffer.from('one'));
  for (let turn = 0; turn < 5; turn++) await sleep(0.002);
  trace(accepted.data);
  accepted.transport.resumeReading();
  accepted.transport.resumeReading();
  accepted.lane('resumed', accepted.transport.isReading());
  await accepted.received(3);
  client.transport.write(Buffer.from('two'));
  client.transport.close();
  await client.lost;
  for (let turn = 0; turn < 5; turn++) await sleep(0.002);
  trace(accepted.data, accepted.eof.done());
  accepted.transport.resumeReading();
  await accepted.received(6);
  trace(accepted.data, accepted.transport.isReading());
  for (let turn = 0; turn < 5; turn++) await sleep(0.002);
  trace(accepted.eof.done());
  accepted.transport.resumeReading();
  await end(server, accepted);
  accepted.transport.pauseReading();
  accepted.transport.resumeReading();
  trace(accepted.transport.isReading());
}

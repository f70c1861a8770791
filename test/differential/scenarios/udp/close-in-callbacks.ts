import { Buffer } from 'node:buffer';
import { type Address, getRunningLoop, type InetAddress } from 'bight';
import { DatagramRecorder, endpoint } from '../../support/datagrams.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

class Closing extends DatagramRecorder {
  override datagramReceived(data: Buffer, address: Address): void {
    super.datagramReceived(data, address);
    this.transport.sendto(Buffer.from('last'), address);
    this.transport.close();
  }
}

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const [transport, closing] = await loop.createDatagramEndpoint(() => new Closing(trace.lane('closing')), {
    localAddr: { host: '127.0.0.1', port: 0 },
  });
  const address = transport.getExtraInfo('sockname') as InetAddress;
  const [client] = await endpoint(trace.lane('client'));
  client.transport.sendto(Buffer.from('one'), address);
  client.transport.sendto(Buffer.from('two'), address);
  await closing.lost;
  await client.arrived(1);
  client.transport.close();
  await client.lost;
}

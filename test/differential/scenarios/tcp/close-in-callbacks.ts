import { Buffer } from 'node:buffer';
import type { BaseTransport } from 'bight';
import { end, pair, Recorder } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

class Closing extends Recorder {
  readonly when: string;
  readonly how: 'close' | 'abort';

  constructor(lane: Trace, when: string, how: 'close' | 'abort') {
    super(lane);
    this.when = when;
    this.how = how;
  }

  finish(): void {
    this.transport.write(Buffer.from('bye'));
    this.transport[this.how]();
    this.lane(this.how, this.transport.isClosing(), this.transport.isReading());
  }

  override connectionMade(transport: BaseTransport): void {
    super.connectionMade(transport);
    if (this.when === 'connection_made') this.finish();
  }

  override dataReceived(data: Buffer): void {
    this.lane('data', data);
    super.dataReceived(data);
    this.finish();
  }
}

export async function main(trace: Trace): Promise<void> {
  for (const when of ['connection_made', 'data_received']) {
    for (const how of ['close', 'abort'] as const) {
      const [client, accepted, server] = await pair(
        () => new Recorder(trace.lane(`${when} ${how}: client`)),
        () => new Closing(trace.lane(`${when} ${how}: server`), when, how),
      );
      if (when === 'data_received') {
        client.transport.write(Buffer.from('first'));
        await accepted.received(5);
      }
      await end(server, accepted, client);
      trace(client.data);
    }
  }
}

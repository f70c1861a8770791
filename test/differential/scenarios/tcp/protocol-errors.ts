import { Buffer } from 'node:buffer';
import { type BaseTransport, getRunningLoop, ValueError } from 'bight';
import { end, pair, Recorder } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

class Faulty extends Recorder {
  readonly fault: string;

  constructor(lane: Trace, fault: string) {
    super(lane);
    this.fault = fault;
  }

  fail(method: string): void {
    if (this.fault === method) throw new ValueError(method);
  }

  override connectionMade(transport: BaseTransport): void {
    super.connectionMade(transport);
    this.fail('connection_made');
  }

  override dataReceived(data: Buffer): void {
    super.dataReceived(data);
    this.fail('data_received');
  }

  override eofReceived(): boolean {
    super.eofReceived();
    this.fail('eof_received');
    return false;
  }

  override connectionLost(error: Error | null): void {
    super.connectionLost(error);
    this.fail('connection_lost');
  }
}

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.setExceptionHandler((_, context) => trace('handler', ...trace.context(context)));
  for (const fault of ['connection_made', 'data_received', 'eof_received', 'connection_lost']) {
    trace(fault);
    const [client, accepted, server] = await pair(
      () => new Recorder(trace.lane(`${fault}: client`)),
      () => new Faulty(trace.lane(`${fault}: server`), fault),
    );
    client.transport.write(Buffer.from('data'));
    await accepted.received(4);
    if (fault !== 'data_received') client.transport.writeEof();
    await end(server, client, accepted);
    trace(accepted.data);
  }
}

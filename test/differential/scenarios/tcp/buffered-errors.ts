import { Buffer } from 'node:buffer';
import { BufferedProtocol, getRunningLoop, ValueError } from 'bight';
import { end, newFuture, pair, Recorder } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

class Faulty extends BufferedProtocol {
  readonly lane: Trace;
  readonly fault: string;
  readonly lost = newFuture();

  constructor(lane: Trace, fault: string) {
    super();
    this.lane = lane;
    this.fault = fault;
  }

  override getBuffer(): Buffer {
    if (this.fault === 'get_buffer() raises') throw new ValueError('no buffer');
    return Buffer.alloc(this.fault === 'an empty buffer' ? 0 : 10);
  }

  override bufferUpdated(): void {
    throw new ValueError('not updated');
  }

  override connectionLost(error: Error | null): void {
    this.lane('lost', error === null ? null : this.lane.kind(error));
    this.lost.setResult(undefined);
  }
}

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.setExceptionHandler((_, context) => trace('handler', ...trace.context(context)));
  for (const fault of ['get_buffer() raises', 'an empty buffer', 'buffer_updated() raises']) {
    const [client, accepted, server] = await pair(
      () => new Faulty(trace.lane(`${fault}: client`), fault),
      () => new Recorder(trace.lane(`${fault}: server`)),
    );
    accepted.transport.write(Buffer.from('data'));
    await client.lost;
    accepted.transport.abort();
    await end(server, accepted);
  }
}

import { Buffer } from 'node:buffer';
import { getRunningLoop, ValueError } from 'bight';
import { end, pair, Recorder } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

class Faulty extends Recorder {
  override pauseWriting(): void {
    throw new ValueError('will not pause');
  }

  override resumeWriting(): void {
    throw new ValueError('will not resume');
  }
}

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.setExceptionHandler((_, context) => trace('handler', ...trace.context(context)));
  const [client, accepted, server] = await pair(
    () => new Faulty(trace.lane('client')),
    () => new Recorder(trace.lane('server')),
  );
  accepted.transport.pauseReading();
  client.transport.write(Buffer.alloc(20_000_000, 'x'));
  trace('written');
  accepted.transport.resumeReading();
  client.transport.close();
  await end(server, client, accepted);
  trace(accepted.data.length);
}

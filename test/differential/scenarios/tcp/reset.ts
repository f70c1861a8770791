import { Buffer } from 'node:buffer';
import net from 'node:net';
import { end, newFuture, Recorder, serve } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const arrived = newFuture<Recorder>();
  const make = () => {
    arrived.setResult(new Recorder(trace.lane('server')));
    return arrived.result();
  };
  const [server, port] = await serve(make);
  const peer = net.connect(port, '127.0.0.1');
  const accepted = await arrived;
  await accepted.made;
  peer.resetAndDestroy();
  await end(server, accepted);
  accepted.transport.write(Buffer.from('in vain'));
  trace(accepted.transport.isClosing());
}

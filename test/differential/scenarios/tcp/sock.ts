import { Buffer } from 'node:buffer';
import net from 'node:net';

import { getRunningLoop, type InetAddress } from 'bight';
import { end, newFuture, Recorder, serve } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

class Echo extends Recorder {
  override dataReceived(data: Buffer): void {
    super.dataReceived(data);
    this.transport.write(data);
  }
}

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const [server, port] = await serve(() => new Echo(trace.lane('server')));
  const connected = newFuture();
  const socket = net.connect(port, '127.0.0.1', () =>
    loop.callSoonThreadsafe(() => connected.setResult(undefined)),
  );
  await connected;
  const [transport, client] = await loop.createConnection(() => new Recorder(trace.lane('client')), {
    sock: socket,
  });
  trace((transport.getExtraInfo('peername') as InetAddress).port === port);
  transport.write(Buffer.from('hello'));
  await client.received(5);
  trace(client.data);
  transport.close();
  await end(server, client);

  const arrived = newFuture<net.Socket>();
  const listening = net.createServer({ pauseOnConnect: true, allowHalfOpen: true }, (accepted) =>
    loop.callSoonThreadsafe(() => arrived.setResult(accepted)),
  );
  const ready = newFuture();
  listening.listen(0, '127.0.0.1', () => loop.callSoonThreadsafe(() => ready.setResult(undefined)));
  await ready;
  const peer = net.connect((listening.address() as net.AddressInfo).port, '127.0.0.1');
  const sock = await arrived;
  const [, accepted] = await loop.connectAcceptedSocket(() => new Recorder(trace.lane('accepted')), sock);
  peer.write('good day');
  await accepted.received(8);
  trace(accepted.data);
  peer.destroy();
  await accepted.lost;
  listening.close();
}

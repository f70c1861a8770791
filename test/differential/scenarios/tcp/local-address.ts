import { type Address, getRunningLoop, type InetAddress } from 'bight';
import { end, newFuture, Recorder, serve } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const arrived = newFuture<Recorder>();
  const make = () => {
    arrived.setResult(new Recorder(trace.lane('server')));
    return arrived.result();
  };
  const [server, port] = await serve(make);
  const [transport, client] = await loop.createConnection(() => new Recorder(trace.lane('client')), {
    host: '127.0.0.1',
    port,
    localAddr: { host: '127.0.0.2', port: 0 },
  });
  const accepted = await arrived;
  await accepted.made;
  const address = (one: typeof transport, what: 'sockname' | 'peername') =>
    one.getExtraInfo(what) as Address as InetAddress;
  trace(address(transport, 'sockname').host, address(transport, 'peername').host);
  trace(address(transport, 'peername').port === port);
  const other = accepted.transport;
  trace(address(other, 'peername').host, address(other, 'sockname').host);
  trace(address(other, 'peername').port === address(transport, 'sockname').port);
  trace(transport.getExtraInfo('nothing'), transport.getExtraInfo('nothing', 'something else'));
  trace(transport.getExtraInfo('socket')!.getpeername().port === port);
  transport.close();
  await end(server, client, accepted);
  trace(address(transport, 'peername').port === port);
}

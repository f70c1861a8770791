import { AF_INET6 } from '@bight/loop-net/constants';
import { type CreateConnectionOptions, getRunningLoop, Protocol, ValueError } from 'bight';
import { serve } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

const names: Record<string, string> = {
  happyEyeballsDelay: 'happy_eyeballs_delay',
  localAddr: 'local_addr',
  serverHostname: 'server_hostname',
  sslHandshakeTimeout: 'ssl_handshake_timeout',
  sslShutdownTimeout: 'ssl_shutdown_timeout',
};

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const [server, port] = await serve(() => new Protocol());
  server.close();
  let made = 0;
  const make = () => {
    made++;
    return new Protocol();
  };
  const host = '127.0.0.1';
  const all = [
    { host, port },
    { host, port, happyEyeballsDelay: 0.01 },
    { host, port, localAddr: { host: '192.0.2.1', port: 0 } },
    { host, port, family: AF_INET6 },
    {},
    { host, port, serverHostname: 'localhost' },
    { host, port, sslHandshakeTimeout: 1 },
    { host, port, sslShutdownTimeout: 1 },
    { sock: {}, host, port },
  ] as CreateConnectionOptions[];
  for (const options of all) {
    try {
      await loop.createConnection(make, options);
    } catch (error) {
      const keys = Object.keys(options).map((key) => names[key] ?? key);
      trace(keys, error instanceof ValueError ? trace.kind(error) : error);
    }
  }
  trace('made', made);
}

import type { AbstractFuture } from '@bight/loop-abstract';
import { VirtualEventLoop } from '@bight/loop-testing';
import { describe, test } from '@jest/globals';
import { BaseProtocol } from 'bight';
import { closeAll } from '../../../test/support/close-all.js';

describe('a simulated network, asked outside of the running loop', () => {
  const simulated: Record<string, (loop: VirtualEventLoop) => AbstractFuture<unknown>> = {
    getaddrinfo: (loop) => loop.getaddrinfo('server', 80),
    getnameinfo: (loop) => loop.getnameinfo({ host: loop.network.host('server').addresses[0]!, port: 80 }),
    createServer: (loop) => loop.createServer(() => new BaseProtocol(), { host: 'server', port: 7 }),
    createDatagramEndpoint: (loop) =>
      loop.createDatagramEndpoint(() => new BaseProtocol(), { localAddr: { host: 'server', port: 7 } }),
  };
  test.each(Object.entries(simulated))('%s', async (_, call) => {
    const loop = new VirtualEventLoop({ seed: 1 });
    const host = loop.network.host('server');
    try {
      await loop.runUntilComplete(host.run(() => call(loop)) as AbstractFuture<unknown>);
      await loop.runUntilComplete(() => closeAll(loop));
    } finally {
      loop.close();
    }
  });
});

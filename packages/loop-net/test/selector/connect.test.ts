import { Socket } from '@bight/sockets';
import { afterEach, expect, jest, test } from '@jest/globals';
import { Echo, Recording } from '../../../../test/support/recording.js';
import { SelectorEventLoop } from '../../src/index.js';
import { runOn } from '../support/loops.js';
import { serve } from '../support/pairs.js';

afterEach(() => {
  jest.restoreAllMocks();
});

test('a connection that the peer reset at once, so that it has no name, is made all the same', async () => {
  await runOn(SelectorEventLoop as never, async (loop) => {
    const { port } = await serve(loop, () => new Echo(loop));
    // What the system answers in the moment between connect() and here.
    jest.spyOn(Socket.prototype, 'getpeername').mockImplementation(() => {
      throw Object.assign(new Error('getpeername ENOTCONN'), { code: 'ENOTCONN' });
    });
    const [transport, protocol] = await loop.createConnection(() => new Recording(loop), {
      host: '127.0.0.1',
      port,
    });
    jest.restoreAllMocks();
    transport.write(Buffer.from('x'));
    await protocol.received(1);
    expect(protocol.data.toString()).toBe('x');
    transport.close();
    await protocol.event('lost');
  });
});

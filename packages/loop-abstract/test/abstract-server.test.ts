import { AbstractServer, NotImplementedError } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';

const METHODS = [
  'close',
  'closeClients',
  'abortClients',
  'getLoop',
  'isServing',
  'startServing',
  'serveForever',
  'waitClosed',
] as const;

describe('AbstractServer', () => {
  class Own extends AbstractServer {}

  test.each(METHODS)('throws from %s() until it is overridden', (method) => {
    expect(() => new Own()[method]()).toThrow(NotImplementedError);
    expect(() => new Own()[method]()).toThrow(`Own does not implement ${method}()`);
  });

  test('throws from sockets until it is overridden', () => {
    expect(() => new Own().sockets).toThrow(/^Own does not implement sockets$/);
  });

  test('closes and waits at the end of an await using block', async () => {
    const events: string[] = [];
    class Recording extends AbstractServer {
      override close() {
        events.push('close');
      }
      override waitClosed() {
        return Promise.resolve().then(() => {
          events.push('closed');
        }) as unknown as ReturnType<AbstractServer['waitClosed']>;
      }
    }
    {
      await using _server = new Recording();
      events.push('body');
    }
    expect(events).toEqual(['body', 'close', 'closed']);
  });
});

import { type BaseTransport, Protocol, type Transport } from '@bight/loop-abstract';
import { sleep } from '@bight/loop-core';
import {
  type BaseSelector,
  EpollSelector,
  EVENT_READ,
  type FileObject,
  PollSelector,
  type SelectorKey,
  SelectSelector,
  Socket,
  socketpair,
} from '@bight/sockets';
import { describe, expect, test } from '@jest/globals';
import { SelectorEventLoop } from '../../src/index.js';
import { bytes } from '../support/sockets.js';

class Echo extends Protocol {
  #transport!: Transport;
  override connectionMade(transport: BaseTransport): void {
    this.#transport = transport as Transport;
  }
  override dataReceived(data: Buffer): void {
    this.#transport.write(data);
  }
}

/** Reports nothing while it is muted. */
class MutedSelector extends PollSelector {
  isMuted = false;
  polls = 0;
  override select(): [SelectorKey, number][] {
    this.polls++;
    return this.isMuted ? [] : super.select(0);
  }
}

describe.each<[string, () => BaseSelector]>([
  ['EpollSelector', () => new EpollSelector()],
  ['PollSelector', () => new PollSelector()],
  ['SelectSelector', () => new SelectSelector()],
])("a loop on the user's %s", (_name, makeSelector) => {
  async function onLoop(main: (loop: SelectorEventLoop, selector: BaseSelector) => Promise<void>) {
    const selector = makeSelector();
    const loop = new SelectorEventLoop(selector);
    try {
      await loop.runUntilComplete(() => main(loop, selector));
    } finally {
      loop.close();
    }
    expect(selector.getMap()).toBeNull();
  }

  test('has its descriptors registered there, and is notified of them from there', () =>
    onLoop(async (loop, selector) => {
      const [a, b] = socketpair();
      const received = loop.createFuture<string>();
      loop.addReader(a, () => {
        loop.removeReader(a);
        received.setResult(String(a.recv(10)));
      });
      expect(selector.getKey(a.fileno() as FileObject).events).toBe(EVENT_READ);
      b.sendall(bytes('x'));
      expect(await received).toBe('x');
      expect(selector.getMap()!.size).toBe(0);
      expect(String(await Promise.all([loop.sockRecv(a, 10), loop.sockSendall(b, bytes('y'))]))).toBe('y,');
      a.close();
      b.close();
    }));

  test('serves connections, until they end', () =>
    onLoop(async (loop, selector) => {
      const server = await loop.createServer(() => new Echo(), { host: '127.0.0.1' });
      const { host, port } = server.sockets[0]!.getsockname();
      const client = new Socket();
      await loop.sockConnect(client, { host, port });
      const text = 'x'.repeat(1_000_000);
      const sending = loop.sockSendall(client, bytes(text));
      let received = '';
      while (received.length < text.length) received += await loop.sockRecv(client, 1 << 20);
      await sending;
      expect(received === text).toBe(true);
      expect(selector.getMap()!.size).toBeGreaterThanOrEqual(2);
      client.close();
      server.close();
      await server.waitClosed();
      expect(selector.getMap()!.size).toBe(0);
    }));

  test('sends and receives datagrams', () =>
    onLoop(async (loop) => {
      const answer = loop.createFuture<string>();
      const [server] = await loop.createDatagramEndpoint(
        () => ({ datagramReceived: (data, from) => server.sendto(data, from) }),
        { localAddr: { host: '127.0.0.1', port: 0 } },
      );
      const [client] = await loop.createDatagramEndpoint(
        () => ({ datagramReceived: (data) => answer.setResult(String(data)) }),
        { remoteAddr: server.getExtraInfo('sockname') as { host: string; port: number } },
      );
      client.sendto(bytes('round trip'));
      expect(await answer).toBe('round trip');
      client.close();
      server.close();
      await sleep(0);
    }));

  test('keeps time', () =>
    onLoop(async (loop) => {
      const [a, b] = socketpair();
      b.sendall(bytes('unread'));
      let calls = 0;
      loop.addReader(a, () => calls++);
      const before = loop.time();
      await sleep(0.02);
      expect(loop.time() - before).toBeGreaterThanOrEqual(0.02);
      expect(calls).toBeGreaterThan(0);
      loop.removeReader(a);
      a.close();
      b.close();
    }));

  test('goes on when the number of a descriptor is used again', () =>
    onLoop(async (loop) => {
      for (let round = 0; round < 20; round++) {
        const [a, b] = socketpair();
        const waiting = loop.sockRecv(a, 10);
        b.sendall(bytes(`n${round}`));
        expect(String(await waiting)).toBe(`n${round}`);
        a.close();
        b.close();
      }
    }));
});

test("what the user's selector does not report has not happened", async () => {
  const selector = new MutedSelector();
  const loop = new SelectorEventLoop(selector);
  await loop.runUntilComplete(async () => {
    const [a, b] = socketpair();
    const waiting = loop.sockRecv(a, 10);
    selector.isMuted = true;
    b.sendall(bytes('x'));
    await sleep(0.02);
    expect(waiting.done()).toBe(false);
    expect(selector.polls).toBeGreaterThan(0);
    selector.isMuted = false;
    expect(String(await waiting)).toBe('x');
    a.close();
    b.close();
  });
  loop.close();
});

test('a selector that fails is reported, and polled again', async () => {
  const reports: unknown[] = [];
  let failures = 2;
  class Failing extends EpollSelector {
    override select(): [SelectorKey, number][] {
      if (failures-- > 0) throw new Error('mine');
      return super.select(0);
    }
  }
  const loop = new SelectorEventLoop(new Failing());
  loop.setExceptionHandler((_loop, { exception }) => reports.push(String(exception)));
  await loop.runUntilComplete(async () => {
    const [a, b] = socketpair();
    const waiting = loop.sockRecv(a, 10);
    b.sendall(bytes('x'));
    expect(String(await waiting)).toBe('x');
    a.close();
    b.close();
  });
  loop.close();
  expect(reports).toEqual(['Error: mine', 'Error: mine']);
});

test('what is not a selector is refused', () => {
  expect(() => new SelectorEventLoop({} as never)).toThrow(/^selector must be a selector of @bight\/sockets/);
});

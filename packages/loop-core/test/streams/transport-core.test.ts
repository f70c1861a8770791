import type { StreamProtocolLike } from '@bight/loop-abstract';
import { CoreEventLoop, sleep } from '@bight/loop-core';
import type { TransportCore } from '@bight/loop-core/low-level';
import { describe, expect, test } from '@jest/globals';
import { type FakeChannel, fakeTransport } from '../support/fake-channel.js';

interface Started {
  loop: CoreEventLoop;
  events: string[];
  transport: ReturnType<typeof fakeTransport>['transport'];
  core: TransportCore<FakeChannel>;
  channel: FakeChannel;
}

/** Runs a program with a transport whose protocol writes down its calls. */
async function withTransport(
  main: (started: Started) => Promise<void>,
  overrides: (started: () => Started) => StreamProtocolLike = () => ({}),
): Promise<void> {
  const loop = new CoreEventLoop();
  const events: string[] = [];
  let started!: Started;
  const protocol = {
    connectionMade: () => events.push('made'),
    dataReceived: (data: Buffer) => events.push(`data ${data}`),
    eofReceived: () => void events.push('eof'),
    pauseWriting: () => events.push('pause'),
    resumeWriting: () => events.push('resume'),
    connectionLost: (error: Error | null) => events.push(error === null ? 'lost' : `lost ${error.message}`),
    ...overrides(() => started),
  } as StreamProtocolLike;
  try {
    await loop.runUntilComplete(async () => {
      started = { loop, events, ...fakeTransport({ loop, protocol }) };
      started.core.start(null);
      await sleep(0);
      await main(started);
    });
    loop.assertNoLeaks();
  } finally {
    loop.close();
  }
}

const bytes = (text: string) => Buffer.from(text);

describe('the beginning', () => {
  test('is connectionMade(), and then the channel receives', () =>
    withTransport(async ({ transport, channel, events }) => {
      expect(events).toEqual(['made']);
      expect(channel.calls).toEqual(['start']);
      transport.close();
      await sleep(0);
      expect(events).toEqual(['made', 'lost']);
      expect(channel.calls).toEqual(['start', 'stop', 'close']);
    }));
});

describe('what comes while reading is paused', () => {
  test('is kept, and delivered in order before the channel receives again', () =>
    withTransport(async ({ transport, channel, events }) => {
      transport.pauseReading();
      channel.sink!.received(bytes('one'));
      channel.sink!.received(bytes('two'));
      channel.sink!.ended();
      expect(events).toEqual(['made']);
      transport.resumeReading();
      expect(events).toEqual(['made']);
      await sleep(0);
      expect(events).toEqual(['made', 'data one', 'data two', 'eof']);
      expect(channel.calls).toEqual(['start', 'stop', 'stop']);
      await sleep(0);
      expect(events.at(-1)).toBe('lost');
    }));

  test('stays, as far as a protocol that pauses again has not taken it', () =>
    withTransport(
      async ({ transport, channel, events }) => {
        transport.pauseReading();
        for (const text of ['one', 'two']) channel.sink!.received(bytes(text));
        for (const expected of [['one'], ['one', 'two']]) {
          transport.resumeReading();
          await sleep(0);
          expect(events).toEqual(['made', ...expected]);
        }
        expect(channel.calls.at(-1)).toBe('stop');
        transport.abort();
        await sleep(0);
      },
      (started) => ({
        dataReceived(data: Buffer) {
          started().events.push(String(data));
          started().transport.pauseReading();
        },
      }),
    ));
});

describe('a protocol that borrows', () => {
  test('does so only while it would be called at once', () =>
    withTransport(async ({ core, transport, channel, events }) => {
      expect(core.isBorrowing).toBe(false);
      transport.setReceiveMode('borrowed');
      expect(core.isBorrowing).toBe(true);
      transport.pauseReading();
      expect(core.isBorrowing).toBe(false);
      channel.sink!.received(bytes('one'));
      transport.resumeReading();
      expect(core.isBorrowing).toBe(false);
      await sleep(0);
      expect(events).toEqual(['made', 'data one']);
      expect(core.isBorrowing).toBe(true);
      transport.setReceiveMode('kept');
      expect(core.isBorrowing).toBe(false);
      transport.setReceiveMode('borrowed');
      transport.abort();
      expect(core.isBorrowing).toBe(false);
      await sleep(0);
    }));
});

describe('a buffered protocol', () => {
  const memory = Buffer.alloc(4);
  const buffered = (started: () => Started) =>
    ({
      getBuffer: () => memory,
      bufferUpdated: (count: number) => started().events.push(memory.toString('latin1', 0, count)),
    }) as StreamProtocolLike;

  test('is asked for its memory by the driver', () =>
    withTransport(async ({ core, events, transport }) => {
      expect(core.hasMemory).toBe(true);
      const room = core.memory()!;
      room.set(bytes('abc'));
      core.filled(3, null);
      expect(events).toEqual(['made', 'abc']);
      core.memory()!.set(bytes('defg'));
      core.filled(4, bytes('hi'));
      expect(events).toEqual(['made', 'abc', 'defg', 'hi']);
      transport.pauseReading();
      expect(core.memory()).toBeNull();
      transport.abort();
      await sleep(0);
    }, buffered));

  test('has what found no room in order when it is called', () => {
    const takenAt: string[] = [];
    return withTransport(
      async ({ core, transport }) => {
        core.memory()!.set(bytes('abcd'));
        core.filled(4, bytes('ef'));
        expect(takenAt).toEqual(['abcd', 'ef']);
        transport.abort();
        await sleep(0);
      },
      (started) =>
        ({
          getBuffer: () => memory,
          bufferUpdated(count: number) {
            takenAt.push(memory.toString('latin1', 0, count));
            // As startTls() does.
            started().core.rest(true);
            takenAt.push(...started().core.takeHeld().map(String));
          },
        }) as StreamProtocolLike,
    );
  });

  test('receives what a driver has no memory for in portions', () =>
    withTransport(async ({ core, events, transport }) => {
      core.received(bytes('in pieces'));
      expect(events).toEqual(['made', 'in p', 'iece', 's']);
      transport.abort();
      await sleep(0);
    }, buffered));

  test('makes the channel poll again when it takes the place of another', () =>
    withTransport(async (started) => {
      const { channel, core, transport } = started;
      const { dataReceived, ...rest } = core.protocol as Record<string, unknown>;
      const plain = { ...rest, dataReceived } as StreamProtocolLike;
      transport.setProtocol(plain);
      expect(channel.calls).toEqual(['start']);
      transport.setProtocol({ ...rest, ...buffered(() => started) });
      expect(channel.calls).toEqual(['start', 'start']);
      transport.pauseReading();
      transport.setProtocol(plain);
      expect(channel.calls).toEqual(['start', 'start', 'stop']);
      transport.abort();
      await sleep(0);
    }));
});

describe('writing', () => {
  test('pauses the protocol above the high mark, and resumes it at the low one', () =>
    withTransport(async ({ transport, channel, events }) => {
      transport.setWriteBufferLimits({ high: 4, low: 2 });
      channel.room = 1;
      transport.write(bytes('12345'));
      expect(events).toEqual(['made']);
      transport.writelines([bytes('6'), bytes('')]);
      expect(events).toEqual(['made', 'pause']);
      channel.drain(2);
      expect(events).toEqual(['made', 'pause']);
      channel.drain(1);
      expect(events).toEqual(['made', 'pause', 'resume']);
      transport.close();
      channel.drain(9);
      // As in asyncio, the last callback follows at once when the buffer becomes empty.
      expect(events).toEqual(['made', 'pause', 'resume', 'lost']);
      expect(channel.sent.join('')).toBe('123456');
    }));

  test('of what is left is dropped by abort()', () =>
    withTransport(async ({ transport, channel, events }) => {
      channel.room = 0;
      transport.write(bytes('never'));
      transport.abort();
      expect(channel.calls).toContain('close');
      await sleep(0);
      expect(events).toEqual(['made', 'lost']);
      transport.write(bytes('in vain'));
      expect(channel.sent).toEqual([]);
    }));

  test('that has failed closes the transport with its error, not with the close() before it', () =>
    withTransport(async ({ transport, channel, events }) => {
      channel.hasFailed = true;
      expect(transport.isClosing()).toBe(true);
      transport.close();
      await sleep(0);
      expect(events).toEqual(['made']);
      channel.sink!.failed(new Error('broken'));
      await sleep(0);
      expect(events).toEqual(['made', 'lost broken']);
    }));
});

test('an error of the protocol is reported, and ends the connection', () =>
  withTransport(
    async ({ loop, channel, events }) => {
      const reports: string[] = [];
      loop.setExceptionHandler((_loop, { message }) => reports.push(message));
      channel.sink!.received(bytes('x'));
      channel.sink!.received(bytes('y'));
      await sleep(0);
      expect(reports).toEqual(['Fatal error: protocol.dataReceived() call failed.']);
      expect(events).toEqual(['made', 'lost in data']);
    },
    () => ({
      dataReceived() {
        throw new Error('in data');
      },
    }),
  ));

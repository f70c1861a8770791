import { describe, expect, test } from '@jest/globals';
import { drivers, runOn, runReporting, type TestLoop } from '../support/loops.js';
import { recordingPair } from '../support/pairs.js';

const MEGABYTE = 1024 * 1024;

/** A connection whose other end reads nothing, filled so far that every further byte has to wait. */
async function congested(loop: TestLoop) {
  const pair = await recordingPair(loop);
  pair.accepted.transport.pauseReading();
  // The marks are out of reach meanwhile.
  pair.transport.setWriteBufferLimits({ high: 1000 * MEGABYTE });
  while (pair.transport.getWriteBufferSize() === 0) pair.transport.write(Buffer.alloc(MEGABYTE));
  const sent = pair.transport.getWriteBufferSize();
  return { ...pair, unsent: sent };
}

describe.each(drivers)('$name: flow control', ({ Loop }) => {
  test('the marks are those of asyncio', async () => {
    await runOn(Loop, async (loop) => {
      const { transport } = await recordingPair(loop);
      const limits = (marks?: object) => {
        transport.setWriteBufferLimits(marks);
        return transport.getWriteBufferLimits();
      };
      expect(transport.getWriteBufferLimits()).toEqual([16 * 1024, 64 * 1024]);
      expect(limits({ high: 1000 })).toEqual([250, 1000]);
      expect(limits({ low: 1000 })).toEqual([1000, 4000]);
      expect(limits({ high: 10, low: 10 })).toEqual([10, 10]);
      expect(limits({ high: 0 })).toEqual([0, 0]);
      expect(limits({ high: 1023 })).toEqual([255, 1023]);
      expect(limits()).toEqual([16 * 1024, 64 * 1024]);
      expect(limits({ high: null, low: null })).toEqual([16 * 1024, 64 * 1024]);
    });
  });

  test.each([[{ high: 1, low: 2 }], [{ low: -1 }], [{ high: -1 }], [{ high: Number.NaN }]])(
    '%j is refused',
    async (marks) => {
      await runOn(Loop, async (loop) => {
        const { transport } = await recordingPair(loop);
        expect(() => transport.setWriteBufferLimits(marks)).toThrow('must be >= low');
        expect(transport.getWriteBufferLimits()).toEqual([16 * 1024, 64 * 1024]);
        expect(() => transport.setWriteBufferLimits({ high: '5' as never })).toThrow(TypeError);
      });
    },
  );

  test('what the system takes at once is not counted, and does not pause', async () => {
    await runOn(Loop, async (loop) => {
      const { client, transport } = await recordingPair(loop);
      transport.setWriteBufferLimits({ high: 0 });
      transport.write(Buffer.from('small'));
      expect(transport.getWriteBufferSize()).toBe(0);
      expect(client.events).toEqual(['made']);
    });
  });

  test('every byte that waits is counted exactly', async () => {
    await runOn(Loop, async (loop) => {
      const { transport, unsent } = await congested(loop);
      transport.write(Buffer.alloc(1234));
      expect(transport.getWriteBufferSize()).toBe(unsent + 1234);
      transport.writelines([Buffer.alloc(1), Buffer.alloc(2), Buffer.alloc(100_000)]);
      expect(transport.getWriteBufferSize()).toBe(unsent + 1234 + 100_003);
    });
  });

  test('one byte above the high mark pauses, within the call of write, and the low mark resumes', async () => {
    await runOn(Loop, async (loop) => {
      const { client, accepted, transport, unsent } = await congested(loop);
      transport.setWriteBufferLimits({ high: unsent + 100, low: 1000 });
      transport.write(Buffer.alloc(100));
      expect(client.events).toEqual(['made']);
      transport.write(Buffer.alloc(1));
      expect(client.events).toEqual(['made', 'pause']);
      transport.write(Buffer.alloc(1));
      expect(client.events).toEqual(['made', 'pause']);
      accepted.transport.resumeReading();
      await client.event('resume');
      expect(transport.getWriteBufferSize()).toBeLessThanOrEqual(1000);
      expect(client.events).toEqual(['made', 'pause', 'resume']);
    });
  });

  test('writelines pauses like write', async () => {
    await runOn(Loop, async (loop) => {
      const { client, transport, unsent } = await congested(loop);
      transport.setWriteBufferLimits({ high: unsent });
      transport.writelines([Buffer.alloc(1), Buffer.alloc(1)]);
      expect(client.events).toEqual(['made', 'pause']);
    });
  });

  test('lower marks pause at once', async () => {
    await runOn(Loop, async (loop) => {
      const { client, transport } = await congested(loop);
      transport.setWriteBufferLimits({ high: 10 });
      expect(client.events).toEqual(['made', 'pause']);
    });
  });

  test('a resumed protocol may write, and be paused again', async () => {
    await runOn(Loop, async (loop) => {
      const { client, accepted, transport } = await congested(loop);
      let rounds = 0;
      client.resumeWriting = () => {
        client.note('resume');
        if (++rounds < 3) transport.write(Buffer.alloc(8 * MEGABYTE));
        else transport.close();
      };
      transport.setWriteBufferLimits();
      expect(client.events).toEqual(['made', 'pause']);
      accepted.transport.resumeReading();
      await client.event('lost');
      expect(client.events).toEqual([
        'made',
        'pause',
        'resume',
        'pause',
        'resume',
        'pause',
        'resume',
        'lost',
      ]);
    });
  });

  test('exceptions of pauseWriting and resumeWriting are reported and the connection goes on', async () => {
    const { reports } = await runReporting(Loop, async (loop) => {
      const { client, accepted, transport } = await congested(loop);
      const resumed = loop.createFuture<void>();
      client.pauseWriting = () => {
        throw new Error('cannot pause');
      };
      client.resumeWriting = () => {
        resumed.setResult(undefined);
        throw new Error('cannot resume');
      };
      transport.setWriteBufferLimits();
      accepted.transport.resumeReading();
      await resumed;
      accepted.transport.write(Buffer.from('alive'));
      await client.received(5);
    });
    expect(reports.map(({ message }) => message)).toEqual([
      'protocol.pauseWriting() failed',
      'protocol.resumeWriting() failed',
    ]);
    expect(reports[0]!.exception!.message).toBe('cannot pause');
    expect([typeof reports[0]!.transport, typeof reports[0]!.protocol]).toEqual(['object', 'object']);
  });
});

import { DEVNULL, type ReadTransport, type WriteTransport } from '@bight/loop-abstract';
import { sleep } from '@bight/loop-core';
import { expect, test } from '@jest/globals';
import { childStates, until } from '../../../../test/support/system.js';
import { describeOnEachLoop, inLoop, newLoop } from '../support/each-loop.js';
import { Recorder } from '../support/recorder.js';

const ONLY_OUTPUT = { stdin: DEVNULL, stderr: DEVNULL } as const;
const ONLY_INPUT = { stdout: DEVNULL, stderr: DEVNULL } as const;

/** More than the system and this library together may hold. */
const MUCH = 4 * 1024 * 1024;

describeOnEachLoop('pauseReading()', () => {
  test('stops the data, and thereby the process', async () => {
    await inLoop(async (loop) => {
      const recorder = new Recorder(loop);
      const [transport] = await loop.subprocessExec(
        () => recorder,
        'head',
        ['-c', `${MUCH}`, '/dev/zero'],
        ONLY_OUTPUT,
      );
      const pipe = transport.getPipeTransport(1) as ReadTransport;
      await until(() => recorder.output(1).length > 0);
      pipe.pauseReading();
      pipe.pauseReading();
      expect(pipe.isReading()).toBe(false);
      // Data on its way to the protocol may still come.
      await sleep(0);
      await sleep(0);
      const atPause = recorder.output(1).length;
      await sleep(0.02);
      expect(recorder.output(1).length).toBe(atPause);
      expect(atPause).toBeLessThan(MUCH);
      expect(transport.getReturncode()).toBeNull();
      pipe.resumeReading();
      pipe.resumeReading();
      await recorder.lost;
      expect(recorder.output(1)).toHaveLength(MUCH);
    });
  });

  test('holds back the end of the stream, too, also when the process has ended', async () => {
    await inLoop(async (loop) => {
      const recorder = new Recorder(loop);
      const [transport] = await loop.subprocessShell(() => recorder, 'echo last words', ONLY_OUTPUT);
      const pipe = transport.getPipeTransport(1) as ReadTransport;
      pipe.pauseReading();
      await recorder.exited;
      await sleep(0.01);
      expect(recorder.events).toEqual(['connectionMade', 'processExited']);
      pipe.resumeReading();
      await recorder.lost;
      expect(recorder.output(1)).toBe('last words\n');
      expect(recorder.summary.slice(2)).toEqual(['data 1', 'lost 1', 'connectionLost null']);
    });
  });

  test('from within the protocol stops the data at once', async () => {
    await inLoop(async (loop) => {
      const pieces: number[] = [];
      const lost = loop.createFuture<void>();
      let pipe: ReadTransport | null = null;
      const protocol = {
        pipeDataReceived(_fd: number, data: Buffer) {
          pieces.push(data.length);
          pipe?.pauseReading();
          loop.callLater(0.0005, () => pipe?.resumeReading());
        },
        connectionLost: () => lost.setResult(),
      };
      const args = ['-c', `${MUCH}`, '/dev/zero'];
      const [transport] = await loop.subprocessExec(() => protocol, 'head', args, ONLY_OUTPUT);
      pipe = transport.getPipeTransport(1);
      await lost;
      expect(pieces.reduce((sum, length) => sum + length)).toBe(MUCH);
    });
  });

  test('happens while the loop is stopped', async () => {
    const loop = newLoop();
    const recorder = new Recorder(loop);
    const args = ['-c', `${MUCH}`, '/dev/zero'];
    const [transport] = await loop.runUntilComplete(
      loop.subprocessExec(() => recorder, 'head', args, ONLY_OUTPUT),
    );
    // It cannot write everything, and sleeps.
    await until(() => childStates().get(transport.getPid()) === 'S');
    await loop.runUntilComplete(recorder.lost);
    expect(recorder.output(1)).toHaveLength(MUCH);
    loop.close();
  });
});

describeOnEachLoop('writing', () => {
  test('pauses the protocol above the high mark, and resumes it at the low one', async () => {
    await inLoop(async (loop) => {
      const recorder = new Recorder(loop);
      const [transport] = await loop.subprocessShell(() => recorder, 'read go <&3; cat', {
        ...ONLY_INPUT,
        extraStdio: [-1],
      });
      const pipe = transport.getPipeTransport(0) as WriteTransport;
      expect(pipe.getWriteBufferLimits()).toEqual([16_384, 65_536]);
      const piece = Buffer.alloc(100_000);
      let written = 0;
      while (!recorder.events.includes('pauseWriting')) {
        pipe.write(piece);
        written += piece.length;
        expect(written).toBeLessThan(MUCH);
      }
      expect(pipe.getWriteBufferSize()).toBeGreaterThan(65_536);
      expect(pipe.getWriteBufferSize()).toBeLessThan(written);
      (transport.getPipeTransport(3) as unknown as WriteTransport).write(Buffer.from('go\n'));
      await until(() => recorder.events.includes('resumeWriting'));
      expect(pipe.getWriteBufferSize()).toBeLessThanOrEqual(16_384);
      pipe.close();
      await recorder.lost;
      expect(recorder.events.filter((event) => /Writing/.test(String(event)))).toEqual([
        'pauseWriting',
        'resumeWriting',
      ]);
    });
  });

  test('obeys the marks that are set', async () => {
    await inLoop(async (loop) => {
      const [transport, recorder] = await loop.subprocessExec(
        () => new Recorder(loop),
        'sleep',
        ['1000'],
        ONLY_INPUT,
      );
      const pipe = transport.getPipeTransport(0) as WriteTransport;
      pipe.setWriteBufferLimits({ high: 1000 });
      expect(pipe.getWriteBufferLimits()).toEqual([250, 1000]);
      pipe.setWriteBufferLimits({ low: 100 });
      expect(pipe.getWriteBufferLimits()).toEqual([100, 400]);
      pipe.setWriteBufferLimits({ high: 0 });
      expect(pipe.getWriteBufferLimits()).toEqual([0, 0]);
      expect(() => pipe.setWriteBufferLimits({ high: 1, low: 2 })).toThrow('high (1) must be >= low (2)');
      expect(() => pipe.setWriteBufferLimits({ low: -1 })).toThrow(/must be >= 0/);
      expect(() => pipe.setWriteBufferLimits({ high: '1' as never })).toThrow(TypeError);
      pipe.setWriteBufferLimits();
      expect(pipe.getWriteBufferLimits()).toEqual([16_384, 65_536]);
      pipe.write(Buffer.alloc(MUCH));
      expect(recorder.events).toContain('pauseWriting');
      transport.close();
      transport.kill();
      await recorder.lost;
    });
  });

  test('takes bytes only, and nothing once it is closed', async () => {
    await inLoop(async (loop) => {
      const [transport, recorder] = await loop.subprocessExec(() => new Recorder(loop), 'cat', [], {
        stderr: DEVNULL,
      });
      const pipe = transport.getPipeTransport(0) as WriteTransport;
      for (const data of ['text', null, undefined, 1, [1], new ArrayBuffer(1)]) {
        expect(() => pipe.write(data as never)).toThrow(TypeError);
      }
      expect(() => pipe.writelines(['a'] as never)).toThrow(TypeError);
      expect(pipe.canWriteEof()).toBe(true);
      pipe.write(new Uint8Array(0));
      pipe.write(new Uint16Array([0x6261]));
      pipe.write(new DataView(new Uint8Array([99]).buffer));
      pipe.writelines([Buffer.from('d'), Buffer.from('e')]);
      pipe.writelines([]);
      pipe.writeEof();
      expect(pipe.isClosing()).toBe(true);
      pipe.write(Buffer.from('lost'));
      await recorder.lost;
      expect(recorder.output(1)).toBe('abcde');
    });
  });

  test('of what is pending goes on after close(), and not after abort()', async () => {
    for (const [method, complete] of [
      ['close', true],
      ['abort', false],
    ] as const) {
      await inLoop(async (loop) => {
        const recorder = new Recorder(loop);
        const [transport] = await loop.subprocessShell(() => recorder, 'read go <&3; wc -c', {
          stderr: DEVNULL,
          extraStdio: [-1],
        });
        const pipe = transport.getPipeTransport(0) as WriteTransport;
        pipe.write(Buffer.alloc(MUCH));
        pipe[method]();
        await sleep(0.002);
        expect(recorder.events.includes('lost 0')).toBe(!complete);
        (transport.getPipeTransport(3) as unknown as WriteTransport).write(Buffer.from('go\n'));
        await recorder.lost;
        if (complete) expect(Number(recorder.output(1))).toBe(MUCH);
        else expect(Number(recorder.output(1))).toBeLessThan(MUCH);
      });
    }
  });

  test('reports a failing pauseWriting()', async () => {
    await inLoop(async (loop) => {
      const reports: unknown[] = [];
      loop.setExceptionHandler((_loop, { message, exception, transport, protocol }) => {
        reports.push(message, exception?.message, transport !== undefined, protocol !== undefined);
      });
      const recorder = new Recorder(loop);
      recorder.pauseWriting = () => {
        throw new Error('cannot');
      };
      const [transport] = await loop.subprocessExec(() => recorder, 'sleep', ['1000'], ONLY_INPUT);
      transport.getPipeTransport(0)?.write(Buffer.alloc(MUCH));
      transport.close();
      transport.kill();
      await recorder.lost;
      expect(reports).toEqual(['protocol.pauseWriting() failed', 'cannot', true, true]);
    });
  });

  test('after the end of the pipe logs a warning when it goes on', async () => {
    await inLoop(async (loop) => {
      const warnings: unknown[] = [];
      const { warn } = console;
      console.warn = (text: unknown) => warnings.push(text);
      try {
        const [transport, recorder] = await loop.subprocessExec(
          () => new Recorder(loop),
          'true',
          [],
          ONLY_INPUT,
        );
        const pipe = transport.getPipeTransport(0) as WriteTransport;
        await recorder.lost;
        for (let time = 0; time < 7; time++) pipe.write(Buffer.from('x'));
      } finally {
        console.warn = warn;
      }
      expect(warnings).toEqual(Array(2).fill('pipe closed by peer or write to the pipe failed.'));
    });
  });
});

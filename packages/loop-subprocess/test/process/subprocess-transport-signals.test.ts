import os from 'node:os';
import { ProcessLookupError, ValueError } from '@bight/loop-abstract';
import { expect, test } from '@jest/globals';
import { describeOnEachLoop, inLoop } from '../support/each-loop.js';
import { Recorder } from '../support/recorder.js';

describeOnEachLoop('a signal', () => {
  test('ends the process', async () => {
    await inLoop(async (loop) => {
      const acts = [
        ['kill', -9],
        ['terminate', -15],
      ] as const;
      for (const [method, returncode] of acts) {
        const [transport, recorder] = await loop.subprocessExec(() => new Recorder(loop), 'sleep', ['1000']);
        transport[method]();
        await recorder.lost;
        expect(transport.getReturncode()).toBe(returncode);
      }
    });
  });

  test.each(['SIGUSR1', 10])('is named or numbered: %p', async (signal) => {
    await inLoop(async (loop) => {
      const [transport, recorder] = await loop.subprocessExec(() => new Recorder(loop), 'sleep', ['1000']);
      transport.sendSignal(0);
      transport.sendSignal(signal as NodeJS.Signals);
      await recorder.lost;
      expect(transport.getReturncode()).toBe(-os.constants.signals.SIGUSR1);
    });
  });

  test('after the end is a ProcessLookupError, and no system call', async () => {
    await inLoop(async (loop) => {
      const [transport, recorder] = await loop.subprocessExec(() => new Recorder(loop), 'true');
      await recorder.lost;
      const kill = process.kill;
      const calls: unknown[] = [];
      process.kill = (...args) => {
        calls.push(args);
        return true;
      };
      try {
        for (const act of [
          () => transport.kill(),
          () => transport.terminate(),
          () => transport.sendSignal('SIGHUP'),
          () => transport.sendSignal(0),
        ]) {
          expect(act).toThrow(ProcessLookupError);
          expect(act).toThrow(expect.objectContaining({ code: 'ESRCH' }));
        }
        transport.close();
      } finally {
        process.kill = kill;
      }
      expect(calls).toEqual([]);
    });
  });

  test.each([
    ['SIGNONSENSE', ValueError],
    [-1, ValueError],
    [65, ValueError],
    [1.5, ValueError],
    [undefined, TypeError],
    [null, TypeError],
    [{}, TypeError],
  ])('is not %p', async (signal, errorClass) => {
    await inLoop(async (loop) => {
      const [transport, recorder] = await loop.subprocessExec(() => new Recorder(loop), 'cat');
      expect(() => transport.sendSignal(signal as never)).toThrow(errorClass);
      transport.close();
      await recorder.lost;
    });
  });
});

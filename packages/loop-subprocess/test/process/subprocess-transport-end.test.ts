import { DEVNULL, ProcessLookupError } from '@bight/loop-abstract';
import { expect, test } from '@jest/globals';
import { runTypeScript } from '../../../../test/support/run-typescript.js';
import { childStates, countDescriptors, until } from '../../../../test/support/system.js';
import { describeOnEachLoop, inLoop, newLoop } from '../support/each-loop.js';
import { Recorder } from '../support/recorder.js';

describeOnEachLoop('close()', () => {
  test('kills the process and closes its pipes, once', async () => {
    await inLoop(async (loop) => {
      const [transport, recorder] = await loop.subprocessExec(() => new Recorder(loop), 'sleep', ['1000']);
      expect(transport.isClosing()).toBe(false);
      transport.close();
      transport.close();
      expect(transport.isClosing()).toBe(true);
      await recorder.lost;
      expect(transport.getReturncode()).toBe(-9);
      expect([...recorder.events.slice(0, 4)].sort()).toEqual([
        'connectionMade',
        'lost 0',
        'lost 1',
        'lost 2',
      ]);
      expect(recorder.events.slice(4)).toEqual(['processExited', 'connectionLost null']);
    });
  });

  test('of the loop kills what still runs, and closes everything', async () => {
    const sockets = countDescriptors('socket');
    const loop = newLoop();
    const recorder = new Recorder(loop);
    const [transport] = await loop.runUntilComplete(loop.subprocessExec(() => recorder, 'sleep', ['1000']));
    loop.close();
    await until(() => childStates().size === 0 && countDescriptors('socket') <= sockets);
    expect(() => transport.kill()).toThrow(ProcessLookupError);
    expect(recorder.events).toEqual(['connectionMade']);
  });

  test('of the loop leaves a detached process alone', async () => {
    const loop = newLoop();
    const [transport] = await loop.runUntilComplete(
      loop.subprocessExec(() => ({}), 'sleep', ['1000'], {
        stdin: DEVNULL,
        stdout: DEVNULL,
        stderr: DEVNULL,
        detached: true,
      }),
    );
    loop.close();
    expect(childStates().get(transport.getPid())).toMatch(/[SR]/);
    transport.kill();
  });
});

describeOnEachLoop('a process', () => {
  test('does not keep this one alive when the loop is over', async () => {
    const outcome = await runTypeScript('packages/loop-subprocess/test/programs/abandoning.ts');
    expect(outcome).toEqual({ status: 0, signal: null, stdout: 'over\n', stderr: '' });
  });
});

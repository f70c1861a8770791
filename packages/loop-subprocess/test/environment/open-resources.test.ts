import { openSync } from 'node:fs';
import { Protocol, SubprocessProtocol } from '@bight/loop-abstract';
import { expect, test } from '@jest/globals';
import { describeOnEachLoop, inLoop, newLoop, type SubprocessEventLoop } from '../support/each-loop.js';
import { Recorder } from '../support/recorder.js';

function kinds(loop: SubprocessEventLoop): string[] {
  return loop.liveHandles().map(({ kind }) => kind);
}

describeOnEachLoop('the live handles', () => {
  test('a process and its pipes are live until they have ended', () =>
    inLoop(async (loop) => {
      const [transport, recorder] = await loop.subprocessExec(() => new Recorder(loop), 'cat');
      expect(kinds(loop)).toEqual(['process', 'pipe', 'pipe', 'pipe']);
      expect(() => loop.assertNoLeaks()).toThrow(`process: ${transport}`);
      transport.getPipeTransport(0)?.close();
      await recorder.lost;
      loop.assertNoLeaks();
    }));

  test('a process that was killed is live until it has been reaped', () =>
    inLoop(async (loop) => {
      const [transport, recorder] = await loop.subprocessExec(() => new Recorder(loop), 'cat');
      transport.close();
      expect(kinds(loop)).toContain('process');
      await recorder.lost;
      loop.assertNoLeaks();
    }));

  test('a start that failed leaves nothing live', () =>
    inLoop(async (loop) => {
      const start = loop.subprocessExec(() => new SubprocessProtocol(), '/no/such/program');
      await expect(Promise.resolve(start)).rejects.toMatchObject({ code: 'ENOENT' });
      loop.assertNoLeaks();
    }));

  test('a pipe is live until it is closed', () =>
    inLoop(async (loop) => {
      const fd = openSync('/dev/null', 'r+');
      const lost = loop.createFuture<void>();
      const protocol = Object.assign(new Protocol(), { connectionLost: () => lost.setResult() });
      const [transport] = await loop.connectWritePipe(() => protocol, fd);
      expect(() => loop.assertNoLeaks()).toThrow(`pipe: ${transport}`);
      transport.close();
      await lost;
      loop.assertNoLeaks();
    }));

  test('a closed loop has no live handles', async () => {
    const loop = newLoop();
    await loop.runUntilComplete(loop.subprocessExec(() => new SubprocessProtocol(), 'cat'));
    expect(kinds(loop)).toEqual(['process', 'pipe', 'pipe', 'pipe']);
    loop.close();
    loop.assertNoLeaks();
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import {
  type AbstractFuture,
  type BaseTransport,
  CancelledError,
  type PipeSource,
  ReadTransport,
  ValueError,
  WriteTransport,
} from '@bight/loop-abstract';
import { createTask, sleep } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { nodeArguments } from '../../../../test/support/compiled.js';
import { membersOf } from '../../../../test/support/members.js';
import { Recording } from '../../../../test/support/recording.js';
import { until } from '../../../../test/support/system.js';
import { repository } from '../../../../test/support/workspace.js';
import { describeOnEachLoop, inLoop, type SubprocessEventLoop } from '../support/each-loop.js';
import { fifo, isOpen } from '../support/fifo.js';

const { O_RDONLY } = constants;

/** Connects either end. */
function connect<P extends object>(
  loop: SubprocessEventLoop,
  method: 'connectReadPipe' | 'connectWritePipe',
  factory: () => P,
  pipe: PipeSource,
): AbstractFuture<[BaseTransport, P]> {
  const either = loop[method] as (factory: () => P, pipe: PipeSource) => AbstractFuture<[BaseTransport, P]>;
  return either.call(loop, factory, pipe);
}

describeOnEachLoop('a pipe', () => {
  test('has the members of its abstract class, and no others', async () => {
    const { reader, writer } = fifo();
    await inLoop(async (loop) => {
      const [reading] = await loop.connectReadPipe(() => ({}), reader);
      const [writing] = await loop.connectWritePipe(() => ({}), writer);
      expect(membersOf(reading)).toEqual(membersOf(ReadTransport.prototype));
      expect(membersOf(writing)).toEqual(membersOf(WriteTransport.prototype));
      expect([reading instanceof WriteTransport, writing instanceof ReadTransport]).toEqual([false, false]);
      reading.close();
      writing.abort();
    });
  });

  describe.each(['connectReadPipe', 'connectWritePipe'] as const)('%s', (method) => {
    test('refuses a regular file and a folder, which stay open', async () => {
      await inLoop(async (loop) => {
        for (const name of ['/etc/hostname', '/etc']) {
          const fd = openSync(name, O_RDONLY);
          await expect(connect(loop, method, () => ({}), fd)).rejects.toThrow(ValueError);
          expect(isOpen(fd)).toBe(true);
          closeSync(fd);
        }
        const handle = await open('/etc/hostname');
        await expect(connect(loop, method, () => ({}), handle)).rejects.toThrow(ValueError);
        expect(handle.fd).toBeGreaterThan(2);
        await handle.close();
      });
    });

    test.each([
      [null, TypeError],
      [undefined, TypeError],
      ['0', TypeError],
      [{}, TypeError],
      [-1, ValueError],
      [1.5, ValueError],
      [{ fileno: () => -1 }, ValueError],
    ])('refuses %p', async (pipe, errorClass) => {
      await inLoop(async (loop) => {
        await expect(connect(loop, method, () => ({}), pipe as never)).rejects.toThrow(errorClass);
      });
    });

    test('refuses what is no protocol factory, and a descriptor that is not open', async () => {
      await inLoop(async (loop) => {
        expect(() => connect(loop, method, {} as never, 0)).toThrow(TypeError);
        await expect(connect(loop, method, () => ({}), 99_999)).rejects.toMatchObject({ code: 'EBADF' });
      });
    });

    test('closes the descriptor when it is cancelled', async () => {
      const { reader, writer } = fifo();
      const [fd, other] = method === 'connectReadPipe' ? [reader, writer] : [writer, reader];
      await inLoop(async (loop) => {
        const task = createTask(async () => connect(loop, method, () => ({}), fd));
        await sleep(0);
        task.cancel();
        await expect(task).rejects.toThrow(CancelledError);
        await until(() => !isOpen(fd));
      });
      closeSync(other);
    });

    test('closes the descriptor with the loop', async () => {
      const { reader, writer } = fifo();
      const [fd, other] = method === 'connectReadPipe' ? [reader, writer] : [writer, reader];
      const events: string[] = [];
      await inLoop(async (loop) => {
        await connect(loop, method, () => ({ connectionLost: () => events.push('lost') }), fd);
      });
      expect(isOpen(fd)).toBe(false);
      expect(events).toEqual([]);
      closeSync(other);
    });

    test('changes its protocol with setProtocol()', async () => {
      const { reader, writer } = fifo();
      const [fd, other] = method === 'connectReadPipe' ? [reader, writer] : [writer, reader];
      await inLoop(async (loop) => {
        const [transport, first] = await connect(loop, method, () => new Recording(loop), fd);
        const second = new Recording(loop);
        expect(transport.getProtocol()).toBe(first);
        transport.setProtocol(second);
        expect(() => transport.setProtocol(null as never)).toThrow(TypeError);
        transport.close();
        await second.event('lost');
        expect([first.events, second.events]).toEqual([['made'], ['lost']]);
      });
      closeSync(other);
    });
  });
});

test('a terminal can be read from and written to, until it hangs up', async () => {
  const program = path.join(repository, 'packages/loop-subprocess/test/programs/terminal');
  const node = [process.execPath, ...nodeArguments(`${program}.ts`)];
  // Python makes the terminal: Node cannot.
  const child = spawn('python3', [`${program}.py`, ...node], { cwd: repository });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(output.split('\n').sort()).toEqual(['', 'HELLO', 'connected true', 'lost null']);
});

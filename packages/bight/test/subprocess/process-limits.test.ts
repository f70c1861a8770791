import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { createSubprocessExec, createSubprocessShell, DEVNULL, PIPE, sleep } from 'bight';
import { runsOf } from '../../../../test/support/extent.js';
import { childStates, openDescriptors, until } from '../../../../test/support/system.js';
import { describeOnEachLoop, run } from '../support/each-loop.js';

// The same with more: bench/process-limits.mjs.
const MB = 1 << 20;

/** How many bytes a process has written so far. */
function writtenBy(pid: number): number {
  return Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'latin1'))?.[1]);
}

describeOnEachLoop('a process that writes more than its reader takes', () => {
  test('is held back by what the system and the reader buffer, all the way', () =>
    run(async () => {
      const size = 8 * MB;
      const child = await createSubprocessExec('head', ['-c', `${size}`, '/dev/zero'], {
        stdin: DEVNULL,
        stdout: PIPE,
      });
      const ahead: number[] = [];
      let received = 0;
      for await (const data of child.stdout!.chunks()) {
        received += data.length;
        // As much as one check takes: the process would have time to write on.
        if (received < size / 2) {
          await sleep(0.0005);
          ahead.push(writtenBy(child.pid) - received);
        }
      }
      expect(received).toBe(size);
      expect(await child.wait()).toBe(0);
      expect(ahead.length).toBeGreaterThan(10);
      // Twice the reader's limit, what the channel keeps, and a socket's buffers.
      expect(Math.max(...ahead)).toBeLessThan(1.5 * MB);
    }));

  test('and reads as much does not come to a stop in communicate()', () =>
    run(async () => {
      const input = Buffer.alloc(runsOf(24, 8) * MB, 'all work and no play ');
      const child = await createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE });
      const [output] = await child.communicate(input);
      expect(output?.equals(input)).toBe(true);
      expect(child.returncode).toBe(0);
    }));
});

describeOnEachLoop('many processes', () => {
  test('that cannot be started leave no descriptor and no zombie', () =>
    run(async () => {
      const starts = runsOf(200, 10);
      const before = openDescriptors().length;
      const pipes = { stdin: PIPE, stdout: PIPE, stderr: PIPE };
      for (let i = 0; i < starts; i++) {
        const start = createSubprocessExec('/no/such/program', [], pipes);
        await expect(Promise.resolve(start)).rejects.toMatchObject({ code: 'ENOENT' });
      }
      await until(() => openDescriptors().length <= before);
      expect(childStates().size).toBe(0);
    }));

  test('leave no descriptor and no zombie when they have ended', () =>
    run(async () => {
      const pipes = { stdin: PIPE, stdout: PIPE, stderr: PIPE };
      // What a loop opens once, when it watches the first process, stays until it is closed.
      await (await createSubprocessShell('exit 0', pipes)).communicate();
      const before = openDescriptors().length;
      for (let i = 0; i < 10; i++) {
        const children = await Promise.all(
          ['exit 3', 'kill -9 $$'].map((command) => createSubprocessShell(command, pipes)),
        );
        for (const child of children) await child.communicate();
        expect(children.map(({ returncode }) => returncode)).toEqual([3, -9]);
        expect(children.filter(({ pid }) => childStates().has(pid))).toEqual([]);
      }
      await until(() => openDescriptors().length <= before);
    }));
});

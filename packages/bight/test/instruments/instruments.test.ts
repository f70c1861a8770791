import { describe, expect, test } from '@jest/globals';
import { runInLoop } from '../../../../test/support/run-in-loop.js';
import {
  createTask,
  type Instrument,
  openConnection,
  ProactorEventLoop,
  Queue,
  SelectorEventLoop,
  sleep,
  startServer,
} from '../../src/index.js';

const kinds = [
  ['selector', SelectorEventLoop],
  ['proactor', ProactorEventLoop],
] as const;

/** Notes steps of tasks and open handles. */
function recorder() {
  const steps: string[] = [];
  const open = new Map<object, string>();
  const closed: string[] = [];
  const instrument: Instrument = {
    beforeTaskStep: (task) => void steps.push(`before ${task.getName?.()}`),
    afterTaskStep: (task) => void steps.push(`after ${task.getName?.()}`),
    handleOpened: (resource) => void open.set(resource, resource.kind),
    handleClosed(resource) {
      closed.push(open.get(resource) ?? 'unknown');
      open.delete(resource);
    },
  };
  return { steps, open, closed, instrument };
}

describe.each(kinds)('instruments on the %s loop', (_kind, Loop) => {
  test('see listeners and transports open and close', () =>
    runInLoop(
      Loop as typeof SelectorEventLoop,
      async (loop) => {
        const { open, closed, instrument } = recorder();
        loop.addInstrument(instrument);
        const server = await startServer(
          async (reader, writer) => {
            await reader.read();
            writer.close();
          },
          { host: '127.0.0.1', port: 0 },
        );
        const { port } = server.sockets[0]!.getsockname() as { port: number };
        const [reader, writer] = await openConnection({ host: '127.0.0.1', port });
        expect([...open.values()].sort()).toEqual(
          expect.arrayContaining(['server', expect.stringMatching('transport')]),
        );
        writer.writeEof();
        await reader.read();
        writer.close();
        await writer.waitClosed();
        server.close();
        await server.waitClosed();
        loop.removeInstrument(instrument);
        expect([...open.values()]).toEqual([]);
        expect(closed.filter((kind) => kind === 'server')).toHaveLength(1);
        expect(closed).not.toContain('unknown');
      },
      { reports: 'print' },
    ));

  test('see the step behind a queue, a read and a sleep', () =>
    runInLoop(
      Loop as typeof SelectorEventLoop,
      async (loop) => {
        const { steps, instrument } = recorder();
        const queue = new Queue<number>();
        const task = createTask(() => queue.get(), { name: 'getter' });
        await sleep(0);
        loop.addInstrument(instrument);
        queue.putNowait(1);
        expect(await task).toBe(1);
        loop.removeInstrument(instrument);
        expect(steps.filter((step) => step.endsWith('getter'))).toEqual(['before getter', 'after getter']);
      },
      { reports: 'print' },
    ));
});

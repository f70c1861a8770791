import { afterEach } from '@jest/globals';
import { type BaseSelector, type Socket, type SocketOptions, socketpair } from '../../src/index.js';
import { type EngineHandler, EventEngine } from '../../src/low-level.js';

/** An engine that notes what happens. */
export interface TestEngine extends EventEngine {
  readonly notes: unknown[];
}

let toClose: { close(): void }[] = [];
afterEach(() => {
  for (const closable of toClose.reverse()) closable.close();
  toClose = [];
});

/** Closes something after the test. */
export function closeLater<T extends { close(): void }>(closable: T): T {
  toClose.push(closable);
  return closable;
}

/** An engine that is closed after the test; `notes` gets `'timer'` and what handlers threw. */
export function newEngine(batchEnd: () => void = () => {}, selector: BaseSelector | null = null): TestEngine {
  const notes: unknown[] = [];
  const hooks = { timer: () => notes.push('timer'), batchEnd, error: (error: unknown) => notes.push(error) };
  return Object.assign(closeLater(new EventEngine(hooks, selector)), { notes });
}

/** Two connected sockets that are closed after the test. */
export function newPair(options?: SocketOptions): [Socket, Socket] {
  const [a, b] = socketpair(options);
  return [closeLater(a), closeLater(b)];
}

/** A handler that notes every event, and the notes. */
export function recorder(): { handler: Required<EngineHandler>; delivered: unknown[][] } {
  const delivered: unknown[][] = [];
  const note =
    (name: string) =>
    (...args: unknown[]) =>
      void delivered.push([
        name,
        ...args.map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : value)),
      ]);
  const names = [
    'ready',
    'received',
    'ended',
    'accepted',
    'datagram',
    'failed',
    'unsent',
    'unsentDatagrams',
    'datagramFailed',
  ];
  const handler = Object.fromEntries(names.map((name) => [name, note(name)]));
  return { handler: handler as unknown as Required<EngineHandler>, delivered };
}

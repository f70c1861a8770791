import { EVENT_READ, EVENT_WRITE, PollSelector, type Socket } from '../../src/index.js';

/** Waits, blocking, until a socket has something to read; a missing event fails the test instead of hanging it. */
export function waitReadable(socket: Socket): void {
  wait(socket, EVENT_READ);
}

/** Waits, blocking, until a socket can be written to. */
export function waitWritable(socket: Socket): void {
  wait(socket, EVENT_WRITE);
}

function wait(socket: Socket, events: number): void {
  using selector = new PollSelector();
  selector.register(socket, events);
  if (selector.select(20).length === 0) throw new Error('the socket did not become ready');
}

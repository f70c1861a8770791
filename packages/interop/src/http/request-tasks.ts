import type http from 'node:http';
import type { Socket } from 'node:net';
import type { AbstractFuture } from '@bight/loop-abstract';
import { getRunningLoop, type Task, taskify } from '@bight/loop-core';

/** The events with which an HTTP server passes a request on. */
const REQUESTS = new Set(['request', 'checkContinue', 'checkExpectation', 'upgrade', 'connect']);

type Emit = (this: http.Server, event: string, ...args: unknown[]) => boolean;

/** What ends a request: its response, or the connection that was upgraded. */
type Closing = (http.ServerResponse | Socket) & { writableFinished: boolean };

async function serve(
  this: http.Server,
  emit: Emit,
  event: string,
  args: readonly [http.IncomingMessage, ...unknown[]],
  closed: AbstractFuture<void>,
): Promise<void> {
  try {
    emit.call(this, event, ...args);
  } catch (error) {
    // There will be no response.
    args[0].socket.destroy();
    throw error;
  }
  await closed;
}

/** Which of a server's connections came through an attachment, by the socket. */
const attachments = new WeakMap<Socket, RequestTasks>();
/** Requests that have their task: a listener of `'checkContinue'` emits `'request'` by itself. */
const running = new WeakSet<http.IncomingMessage>();
const intercepted = new WeakSet<http.Server>();

/** Runs each request of the connections that it has adopted as a task. */
export class RequestTasks {
  readonly #cancels: boolean;

  /** @param cancels - whether a task is cancelled when its client disconnects */
  constructor(server: http.Server, cancels: boolean) {
    this.#cancels = cancels;
    intercept(server);
  }

  /** Takes the requests of a connection from now on. */
  adopt(socket: Socket): void {
    attachments.set(socket, this);
  }

  /** Starts the task of a request, which emits the event. */
  start(
    server: http.Server,
    emit: Emit,
    event: string,
    args: readonly [http.IncomingMessage, ...unknown[]],
  ): void {
    const [request, closing] = args as unknown as [http.IncomingMessage, Closing];
    running.add(request);
    const closed = getRunningLoop().createFuture<void>();
    // Made for each request: otherwise it would belong to the loop in which this file is imported, if there is one.
    const task: Task<void> = taskify(serve).call(server, emit, event, args, closed);
    const { socket } = request;
    const end = (): void => {
      closing.removeListener('close', end);
      socket.removeListener('close', end);
      if (this.#cancels && !closing.writableFinished) task.cancel('the client has gone away');
      if (!closed.done()) closed.setResult();
    };
    closing.on('close', end);
    // A response that waits for its turn on a connection with pipelining is not closed with it.
    if ((closing as unknown) !== socket) socket.on('close', end);
  }
}

/** Makes tasks of a server's requests, on the connections that were adopted. */
function intercept(server: http.Server): void {
  if (intercepted.has(server)) return;
  intercepted.add(server);
  const emit = server.emit as Emit;
  const emitInTask: Emit = function (event, ...args) {
    const [request] = args as [http.IncomingMessage?];
    const tasks = REQUESTS.has(event) ? attachments.get(request!.socket) : undefined;
    if (tasks === undefined || running.has(request!)) return emit.call(this, event, ...args);
    if (this.listenerCount(event) === 0) return false;
    tasks.start(this, emit, event, args as [http.IncomingMessage, ...unknown[]]);
    return true;
  };
  server.emit = emitInTask as typeof server.emit;
}

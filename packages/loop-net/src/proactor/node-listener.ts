import type net from 'node:net';
import type { SocketLike } from '@bight/loop-abstract';
import { errnoOf, systemError } from '@bight/loop-abstract/system-error';
import { enterFromHost } from '@bight/loop-core/low-level';
import type { Completion, Listener, ListenerSink } from '../driver/net-driver.js';
import type { SocketChannel } from '../driver/socket-channel.js';
import { kReportExhausted, kReportStarted } from '../internals.js';
import type { ChannelEnvironment } from '../node/channel-environment.js';
import { DirectSocket } from '../node/direct-channel.js';
import { FlowingChannel } from '../node/flowing-channel.js';
import { closeKeepingFile } from '../node/keep-file.js';
import { stealHandle } from '../node/node-handle.js';
import { NodeStreamSocket } from '../node/node-stream-socket.js';
import { Shortage } from './descriptor-shortage.js';

/** A bound socket, and what is known of it. */
export interface ListenerParts {
  /** What listens: a server that does not listen yet, or one that does already. */
  readonly server: net.Server;
  /** Connections that came before the loop accepted them. */
  readonly early?: net.Socket[];
  /** Makes the server listen, unless it does. */
  readonly listen: (backlog: number) => void;
  /** Closes the socket of a server that does not listen. */
  readonly discard: () => void;
  readonly socket: SocketLike;
  readonly keepAlive: boolean;
  readonly isUnix: boolean;
}

/** A listener on a `net.Server`. */
export class NodeListener implements Listener {
  readonly socket: SocketLike;
  readonly #environment: ChannelEnvironment;
  readonly #parts: ListenerParts;
  #sink: ListenerSink | null = null;
  #started: Completion<never> | null = null;
  #isClosed = false;
  #isResting = false;
  readonly #shortage = new Shortage(() =>
    enterFromHost(this.#environment.loop, deliverExhausted, this, systemError(errnoOf('EMFILE'), 'accept')),
  );

  constructor(environment: ChannelEnvironment, parts: ListenerParts) {
    this.#environment = environment;
    this.#parts = parts;
    this.socket = parts.socket;
    environment.open.add(this);
  }

  listen(backlog: number, sink: ListenerSink, started: Completion<never>): void {
    this.#sink = sink;
    this.#started = started;
    const { server } = this.#parts;
    server.on('connection', (socket: net.Socket) => this.#connection(socket));
    server.on('error', (error: Error) => this.#error(error));
    const wasListening = server.listening;
    if (!wasListening)
      server.on('listening', () => enterFromHost(this.#environment.loop, deliverStarted, this, null));
    if (!wasListening || this.#parts.early !== undefined) this.#parts.listen(backlog);
    if (wasListening) enterFromHost(this.#environment.loop, deliverStarted, this, null);
    for (const socket of this.#parts.early?.splice(0) ?? []) this.#connection(socket);
    server.unref();
  }

  #connection(socket: net.Socket): void {
    const { keepAlive, isUnix, socket: listening } = this.#parts;
    const facts = { keepAlive, unix: isUnix ? { name: listening.getsockname<string>(), peer: '' } : null };
    const handle = stealHandle(socket);
    const channel =
      handle === null
        ? new FlowingChannel(this.#environment, socket, new NodeStreamSocket(socket, facts))
        : new DirectSocket(this.#environment, { handle }).connected(facts);
    this.#environment.arrivals.accepted(() => this.#deliverAccepted(channel));
    this.#shortage.taken(channel.socket.fileno());
  }

  #error(error: Error): void {
    if (this.#isClosed) return;
    enterFromHost(
      this.#environment.loop,
      this.#started === null ? deliverExhausted : deliverStarted,
      this,
      error,
    );
  }

  rest(): void {
    if (this.#isResting || !this.#parts.server.listening) return;
    this.#isResting = true;
    this.#keepingFile(() => this.#parts.server.close());
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#sink = null;
    this.#shortage.stop();
    this.#environment.open.delete(this);
    this.#keepingFile(() => this.#closeNow());
  }

  #keepingFile(close: () => void): void {
    const { isUnix, socket } = this.#parts;
    if (isUnix) closeKeepingFile(socket.getsockname<string>(), close);
    else close();
  }

  #closeNow(): void {
    const { server, discard, early } = this.#parts;
    for (const socket of early?.splice(0) ?? []) socket.destroy();
    if (this.#isResting) return;
    if (server.listening) server.close();
    else discard();
  }

  /** @internal */
  [kReportStarted](error: Error | null): void {
    const started = this.#started;
    this.#started = null;
    if (!this.#isClosed) started?.(error, null);
  }

  #deliverAccepted(channel: SocketChannel): void {
    // Connections that were accepted before the server was closed, and not handed out yet, have no owner.
    if (this.#sink === null) channel.close();
    else this.#sink.accepted(channel);
  }

  /** @internal */
  [kReportExhausted](error: Error): void {
    this.#sink?.exhausted(error);
  }
}

function deliverStarted(this: NodeListener, error: Error | null): void {
  this[kReportStarted](error);
}

function deliverExhausted(this: NodeListener, error: Error | null): void {
  if (error !== null) this[kReportExhausted](error);
}

import { RuntimeError } from '@bight/loop-abstract';
import { isTurnSpent } from '@bight/loop-core/low-level';
import { EVENT_READ, EVENT_WRITE, type Socket } from '@bight/sockets';
import type { EngineHandler, EventEngine } from '@bight/sockets/low-level';
import { kRun } from '../internals.js';
import type { SocketOperation } from './sockets/socket-operation.js';
import { type Direction, Watch } from './watched-descriptor.js';

/** The descriptors that a loop watches for its user. */
export class Watches {
  readonly #engine: EventEngine;

  constructor(engine: EventEngine) {
    this.#engine = engine;
  }

  /**
   * The watch of a descriptor; `null` when it is not watched.
   *
   * @throws {RuntimeError} when the descriptor is a transport's
   */
  find(fd: number): Watch | null {
    const handler: EngineHandler | undefined = this.#engine.handlerOf(fd);
    if (handler instanceof Watch) return handler;
    if (handler === undefined && !this.#engine.claims.has(fd)) return null;
    throw new RuntimeError(`File descriptor ${fd} is used by a transport`);
  }

  /** The watch of a descriptor, for an event and for whatever else it is watched for already. */
  obtain(fd: number, socket: Socket | null, event: number): Watch {
    const found = this.find(fd);
    if (found !== null && (socket === null || found.socket === socket)) {
      found.want(event);
      return found;
    }
    if (found !== null && found.socket === null) {
      found.renew(event);
      found.bind(socket as Socket);
      return found;
    }
    // Of two objects with one number, the first must have lost it.
    found?.descriptorLost();
    const made = new Watch(this.#engine, fd, event);
    if (socket !== null) made.bind(socket);
    return made;
  }

  /** Makes a call that receives: at once, unless other calls wait, and again when the socket is readable. */
  receive<O extends SocketOperation<unknown>>(operation: O): O {
    return this.#begin(operation, 'input', EVENT_READ);
  }

  /** The same for a call that sends. */
  send<O extends SocketOperation<unknown>>(operation: O): O {
    return this.#begin(operation, 'output', EVENT_WRITE);
  }

  #begin<O extends SocketOperation<unknown>>(operation: O, side: 'input' | 'output', event: number): O {
    const { socket } = operation;
    const fd = socket.fileno();
    const watch = this.find(fd);
    const others: Direction | undefined = watch?.socket === socket ? watch[side] : undefined;
    const isFirst = others === undefined || others.operations.isEmpty;
    // In a loop of calls that never wait, one waits for the event of readiness.
    if (isFirst && !isTurnSpent() && operation[kRun]()) return operation;
    this.obtain(fd, socket, event)[side].operations.push(operation);
    return operation;
  }
}

import type {
  AbstractFuture,
  Address,
  Constructor,
  FileDescriptorLike,
  FileSource,
  InetAddress,
  ReadinessLoop,
  SendfileOptions,
  SocketLike,
  SocketLoop,
} from '@bight/loop-abstract';
import { checkBytes, checkInteger, checkOptions } from '@bight/loop-abstract/validate';
import type { Callback } from '@bight/loop-core';
import type { NetBaseLoop } from '../driver/net-base-loop.js';
import { checkOpen } from '../driver/network.js';
import { engineFor, withEventEngine } from './engine-for.js';
import { addCallback, removeCallback } from './readiness.js';
import { Accept } from './sockets/accept.js';
import { checkSocket } from './sockets/check-socket.js';
import { Receive, ReceiveFrom, ReceiveFromInto, ReceiveInto } from './sockets/receive.js';
import { SendAll, SendTo } from './sockets/send.js';
import { sockConnect } from './sockets/sock-connect.js';
import { sockSendfile } from './sockets/sock-sendfile.js';
import { Watches } from './watches.js';

const SIZES = { min: 0, max: 0x7fffffff };

/** The classes that it was added to. */
const ready = new WeakSet<object>();

/**
 * Adds to a class of loops what only readiness makes possible: `addReader()` and its kin, and the `sock…` methods, by way of
 * `@bight/sockets`. {@link withSelectorNet} does so, too; a class that has them already stays as it is. The loop's first call
 * throws a `NotImplementedError` where the addon is not available.
 *
 * @param Base a class of loops that has the network already
 */
export function withReadiness<B extends Constructor<NetBaseLoop>>(
  Base: B,
): B & Constructor<ReadinessLoop & SocketLoop> {
  if (isReady(Base)) return Base as B & Constructor<ReadinessLoop & SocketLoop>;
  class WatchingLoop extends withEventEngine(Base) {
    #made: Watches | null = null;

    addReader<A extends unknown[]>(
      fd: FileDescriptorLike,
      callback: (...args: A) => unknown,
      args?: readonly [...A] | null,
    ): void {
      addCallback(this, this.#watches, 'input', fd, callback as Callback, args);
    }

    removeReader(fd: FileDescriptorLike): boolean {
      return removeCallback(this, this.#made, 'input', fd);
    }

    addWriter<A extends unknown[]>(
      fd: FileDescriptorLike,
      callback: (...args: A) => unknown,
      args?: readonly [...A] | null,
    ): void {
      addCallback(this, this.#watches, 'output', fd, callback as Callback, args);
    }

    removeWriter(fd: FileDescriptorLike): boolean {
      return removeCallback(this, this.#made, 'output', fd);
    }

    sockRecv(sock: SocketLike, nbytes: number): AbstractFuture<Buffer> {
      const socket = checkSocket(this, sock);
      const size = checkInteger(nbytes, 'nbytes', SIZES);
      return this.#watches.receive(new Receive(this, socket, size));
    }

    sockRecvInto(sock: SocketLike, buf: ArrayBufferView): AbstractFuture<number> {
      const socket = checkSocket(this, sock);
      return this.#watches.receive(new ReceiveInto(this, socket, checkBytes(buf, 'buf')));
    }

    sockRecvfrom<A extends Address = InetAddress>(
      sock: SocketLike,
      bufsize: number,
    ): AbstractFuture<[data: Buffer, address: A]> {
      const socket = checkSocket(this, sock);
      const size = checkInteger(bufsize, 'bufsize', SIZES);
      const received: AbstractFuture<[Buffer, Address]> = this.#watches.receive(
        new ReceiveFrom(this, socket, size),
      );
      return received as AbstractFuture<[Buffer, A]>;
    }

    sockRecvfromInto<A extends Address = InetAddress>(
      sock: SocketLike,
      buf: ArrayBufferView,
      options?: { nbytes?: number | undefined } | null,
    ): AbstractFuture<[nbytes: number, address: A]> {
      const socket = checkSocket(this, sock);
      const memory = checkBytes(buf, 'buf');
      const size = checkInteger(checkOptions(options, ['nbytes']).nbytes ?? 0, 'nbytes', {
        min: 0,
        max: memory.byteLength,
      });
      const received: AbstractFuture<[number, Address]> = this.#watches.receive(
        new ReceiveFromInto(this, socket, memory, size === 0 ? memory.byteLength : size),
      );
      return received as AbstractFuture<[number, A]>;
    }

    sockSendall(sock: SocketLike, data: ArrayBufferView): AbstractFuture<void> {
      const socket = checkSocket(this, sock);
      return this.#watches.send(new SendAll(this, socket, checkBytes(data)));
    }

    sockSendto(sock: SocketLike, data: ArrayBufferView, address: Address): AbstractFuture<number> {
      const socket = checkSocket(this, sock);
      return this.#watches.send(new SendTo(this, socket, checkBytes(data), address));
    }

    sockConnect(sock: SocketLike, address: Address): AbstractFuture<void> {
      return sockConnect(this, this.#watches, checkSocket(this, sock), address);
    }

    sockAccept<S extends SocketLike, A extends Address = InetAddress>(
      sock: S,
    ): AbstractFuture<[conn: S, address: A]> {
      const accepted: AbstractFuture<[SocketLike, Address]> = this.#watches.receive(
        new Accept(this, checkSocket(this, sock)),
      );
      return accepted as AbstractFuture<[S, A]>;
    }

    sockSendfile(
      sock: SocketLike,
      file: FileSource,
      options?: SendfileOptions | null,
    ): AbstractFuture<number> {
      return sockSendfile(this, this.#watches, checkSocket(this, sock), file, options);
    }

    get #watches(): Watches {
      // A closed loop would make an engine that is never closed.
      if (this.#made === null) checkOpen({ loop: this });
      this.#made ??= new Watches(engineFor(this));
      return this.#made;
    }
  }
  ready.add(WatchingLoop);
  return WatchingLoop as unknown as B & Constructor<ReadinessLoop & SocketLoop>;
}

function isReady(Class: object): boolean {
  for (let base: object | null = Class; base !== null; base = Object.getPrototypeOf(base) as object | null)
    if (ready.has(base)) return true;
  return false;
}

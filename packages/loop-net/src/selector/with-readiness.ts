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
import { engineFor } from './engine-for.js';
import { addCallback, removeCallback } from './readiness.js';
import { Accept } from './sockets/accept.js';
import { checkSocket } from './sockets/check-socket.js';
import { Receive, ReceiveFrom, ReceiveFromInto, ReceiveInto } from './sockets/receive.js';
import { SendAll, SendTo } from './sockets/send.js';
import { sockConnect } from './sockets/sock-connect.js';
import { sockSendfile } from './sockets/sock-sendfile.js';
import { Watches } from './watches.js';

const SIZES = { min: 0, max: 0x7fffffff };

/**
 * Adds to a class of loops what only readiness makes possible: `addReader()` and its kin, and the `sock…` methods. The class
 * has to have the network already, and to end its engine with itself.
 */
export function withReadiness<B extends Constructor<NetBaseLoop>>(
  Base: B,
): B & Constructor<ReadinessLoop & SocketLoop> {
  class WatchingLoop extends Base {
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
      const size = checkInteger(checkOptions(options).nbytes ?? 0, 'nbytes', {
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
      this.#made ??= new Watches(engineFor(this));
      return this.#made;
    }
  }
  return WatchingLoop as unknown as B & Constructor<ReadinessLoop & SocketLoop>;
}

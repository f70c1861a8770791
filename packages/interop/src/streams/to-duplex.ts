import { Duplex } from 'node:stream';
import type { BaseTransport, Transport } from '@bight/loop-abstract';
import { Protocol } from '@bight/loop-abstract';
import { typeError } from '@bight/loop-abstract/validate';
import { kLost, kReceived, kSetPaused } from '../internals.js';

type Done = (error?: Error | null) => void;

/** The protocol between a transport and a Node stream. */
class DuplexProtocol extends Protocol {
  readonly #stream: TransportDuplex;

  constructor(stream: TransportDuplex) {
    super();
    this.#stream = stream;
  }

  override connectionMade(_transport: BaseTransport): void {}

  override dataReceived(data: Buffer): void {
    this.#stream[kReceived](data);
  }

  /** The stream may still write after the other side has ended. */
  override eofReceived(): boolean {
    this.#stream[kReceived](null);
    return true;
  }

  override pauseWriting(): void {
    this.#stream[kSetPaused](true);
  }

  override resumeWriting(): void {
    this.#stream[kSetPaused](false);
  }

  override connectionLost(error: Error | null): void {
    this.#stream[kLost](error);
  }
}

/** A Node stream over a transport. */
type TransportDuplex = InstanceType<ReturnType<typeof duplexClass>>;

let DefinedDuplex: ReturnType<typeof duplexClass> | undefined;

/** The class of these streams. It is made when it is used first: Node's streams cost a program that has none 1.5 MB. */
function duplexClass() {
  return class TransportDuplex extends Duplex {
    readonly #transport: Transport;
    #isPaused = false;
    #isLost = false;
    #hasEnded = false;
    /** A write that waits until the transport takes more. */
    #waiting: Done | null = null;
    #destroyed: Done | null = null;

    constructor(transport: Transport) {
      // As Node's own sockets: when the other side has ended, so does this one, once everything written is sent.
      super({ allowHalfOpen: false });
      this.#transport = transport;
      transport.setProtocol(new DuplexProtocol(this));
    }

    override _read(): void {
      if (!this.#isLost && !this.#transport.isReading()) this.#transport.resumeReading();
    }

    override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
      this.#transport.write(chunk);
      this.#whenWritable(done);
    }

    override _writev(chunks: { chunk: Buffer; encoding: BufferEncoding }[], done: Done): void {
      this.#transport.writelines(chunks.map(({ chunk }) => chunk));
      this.#whenWritable(done);
    }

    override _final(done: Done): void {
      if (this.#isLost || this.#transport.isClosing()) done();
      else if (this.#transport.canWriteEof()) {
        this.#transport.writeEof();
        done();
      } else {
        this.#transport.close();
        done();
      }
    }

    override _destroy(error: Error | null, done: Done): void {
      if (this.#isLost) {
        done(error);
        return;
      }
      this.#destroyed = () => done(error);
      // An orderly end still sends what is buffered.
      if (error === null && this.writableFinished) this.#transport.close();
      else this.#transport.abort();
    }

    /** @internal */
    [kReceived](data: Buffer | null): void {
      if (data === null) this.#hasEnded = true;
      if (!this.push(data) && data !== null && this.#transport.isReading()) this.#transport.pauseReading();
    }

    /** @internal */
    [kSetPaused](isPaused: boolean): void {
      this.#isPaused = isPaused;
      if (isPaused) return;
      this.#release(null);
    }

    /** @internal */
    [kLost](error: Error | null): void {
      this.#isLost = true;
      const destroyed = this.#destroyed;
      if (destroyed !== null) {
        destroyed();
        return;
      }
      this.#release(error ?? null);
      if (error !== null) this.destroy(error);
      else if (!this.#hasEnded) this.push(null);
      if (error === null && !this.writableEnded) this.end();
    }

    #whenWritable(done: Done): void {
      if (this.#isPaused) this.#waiting = done;
      else done();
    }

    #release(error: Error | null): void {
      const waiting = this.#waiting;
      this.#waiting = null;
      waiting?.(error);
    }
  };
}

/**
 * Makes a Node `Duplex` of a transport, for libraries that want a stream. The stream becomes the transport's protocol;
 * back-pressure works both ways. When the other side ends, the stream ends, too, after it has sent what was written.
 *
 * @throws {TypeError} unless it is a transport
 */
export function toDuplex(transport: Transport): Duplex {
  const isTransport =
    typeof (transport as Partial<Transport> | null | undefined)?.setProtocol === 'function' &&
    typeof transport.write === 'function';
  if (!isTransport) throw typeError('transport', 'a Transport', transport);
  DefinedDuplex ??= duplexClass();
  return new DefinedDuplex(transport);
}

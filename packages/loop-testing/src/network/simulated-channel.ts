import type { SchedulingLoop, SocketLike } from '@bight/loop-abstract';
import type { StreamSink } from '@bight/loop-core/low-level';
import type { SocketChannel } from '@bight/loop-net/low-level';
import { osError } from '../errors/os-errors.js';
import { kBreak, kGreet, kRefuse, kReport, kReportDrained, kVanish } from '../internals.js';
import { ByteQueue } from './byte-queue.js';
import { deliver } from './deliver.js';
import type { HostProcess } from './host-process.js';
import type { Link } from './link.js';
import { type Item, Pipe } from './pipe.js';
import type { World } from './world.js';

// How many bytes may be on their way, or at the other end and not received, at any time.
const WINDOW_BYTES = 64 * 1024;

/** What a channel is made of. */
export interface ChannelParts {
  readonly world: World;
  readonly loop: SchedulingLoop;
  /** The process that has this end. */
  readonly process: HostProcess;
  readonly socket: SocketLike;
  /** The way from here to the other end. */
  readonly out: Link;
  /** Called when both halves are done with, or the connection is broken. */
  readonly gone: (channel: SimulatedChannel) => void;
}

/** One end of a simulated connection, as TCP behaves: bytes in order, two halves that end apart, resets. */
export class SimulatedChannel implements SocketChannel {
  readonly socket: SocketLike;
  readonly #world: World;
  readonly #loop: SchedulingLoop;
  readonly #process: HostProcess;
  readonly #gone: (channel: SimulatedChannel) => void;
  readonly #pipe: Pipe;
  #peer: SimulatedChannel | null = null;
  #sink: StreamSink | null = null;
  #accepted: (() => void) | null = null;

  #isReading = false;
  #isClosed = false;
  #isNotified = false;
  #hasVanished = false;

  readonly #unsent = new ByteQueue();
  #outstanding = 0;
  #isShutDown = false;
  #hasSentEnd = false;

  readonly #received = new ByteQueue();
  #hasReceivedEnd = false;
  #hasReportedEnd = false;
  #error: Error | null = null;
  #hasReportedFailure = false;

  constructor({ world, loop, process, socket, out, gone }: ChannelParts) {
    this.#world = world;
    this.#process = process;
    process.resources.add(this);
    this.#loop = loop;
    this.socket = socket;
    this.#gone = gone;
    this.#pipe = new Pipe(world, out, {
      arrived: (item) => {
        if (this.#peer !== null) this.#peer.#arrived(item);
      },
      gaveUp: () => this[kBreak](osError('ETIMEDOUT', 'read')),
    });
  }

  /** Couples two ends. */
  static join(one: SimulatedChannel, other: SimulatedChannel): void {
    one.#peer = other;
    other.#peer = one;
  }

  /** Notifies the other end, before everything else, that it is connected. `accepted` is called there. */
  [kGreet](accepted: () => void): void {
    (this.#peer as SimulatedChannel).#accepted = accepted;
    this.#pipe.send({ kind: 'accept' });
  }

  open(sink: StreamSink): void {
    this.#sink = sink;
  }

  startReading(): void {
    this.#isReading = true;
    this.#notify();
  }

  stopReading(): void {
    this.#isReading = false;
  }

  write(data: Uint8Array): void {
    if (this.#isClosed || this.#isShutDown) return;
    this.#unsent.push(Buffer.from(data));
    this.#send();
  }

  writev(pieces: readonly Uint8Array[]): void {
    if (this.#isClosed || this.#isShutDown) return;
    this.#unsent.push(Buffer.concat(pieces));
    this.#send();
  }

  get unsentBytes(): number {
    return this.#unsent.length;
  }

  shutdown(): void {
    if (this.#isClosed || this.#isShutDown) return;
    this.#isShutDown = true;
    this.#send();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#sink = null;
    this.#process.resources.delete(this);
    this.#unsent.clear();
    this.#isShutDown = true;
    if (this.#error === null) {
      // Closing with unread bytes resets the connection.
      if (this.#received.length > 0) this.#pipe.send({ kind: 'reset' });
      else this.#send();
    }
    this.#received.clear();
    this.#checkGone();
  }

  /** Ends without notice: its host is gone. @internal */
  [kVanish](): void {
    this.#isClosed = true;
    this.#hasVanished = true;
    this.#sink = null;
    this.#process.resources.delete(this);
    this.#pipe.clear();
  }

  /** Hands over to the system what that takes, and the end behind it. */
  #send(): void {
    if (this.#error !== null) {
      this.#notify();
      return;
    }
    const count = Math.min(this.#unsent.length, WINDOW_BYTES - this.#outstanding);
    if (count > 0) {
      this.#outstanding += count;
      this.#pipe.send({ kind: 'data', bytes: this.#unsent.take(count) });
    }
    if (this.#isShutDown && !this.#hasSentEnd && this.#unsent.length === 0) {
      this.#hasSentEnd = true;
      this.#pipe.send({ kind: 'end' });
    }
  }

  /** The other end has received this many bytes; the acknowledgement is on its way back. */
  #acknowledge(count: number): void {
    const peer = this.#peer as SimulatedChannel;
    this.#world.at(this.#pipe.link.arrival(this.#world.now(), 0), () => peer.#acknowledged(count));
  }

  #acknowledged(count: number): void {
    this.#outstanding -= count;
    const before = this.#unsent.length;
    if (this.#isClosed || this.#error !== null || before === 0) return;
    this.#send();
    deliver(this.#loop, this.#process, deliverDrained, this, undefined);
  }

  /** Something has come from the other end. @internal */
  #arrived(item: Item): void {
    switch (item.kind) {
      case 'accept':
        this.#accepted?.();
        return;
      case 'reset':
        this[kBreak](osError('ECONNRESET', 'read'));
        return;
      case 'end':
        if (this.#hasVanished) this[kRefuse]();
        this.#hasReceivedEnd = true;
        break;
      case 'data':
        // Bytes for an end that is gone.
        if (this.#isClosed) this[kRefuse]();
        else this.#received.push(item.bytes);
    }
    this.#notify();
    this.#checkGone();
  }

  /** Answers what came with a reset. @internal */
  [kRefuse](): void {
    if (this.#error !== null) return;
    this.#error = osError('ECONNRESET', 'read');
    this.#pipe.clear();
    this.#pipe.send({ kind: 'reset' });
  }

  /** The connection is no more; what has been received before still counts. @internal */
  [kBreak](error: Error): void {
    if (this.#error !== null) return;
    this.#error = error;
    this.#unsent.clear();
    this.#pipe.clear();
    this.#notify();
    this.#checkGone();
  }

  #checkGone(): void {
    if (this.#error !== null || (this.#isClosed && this.#hasReceivedEnd)) this.#gone(this);
  }

  /** Notifies the sink inside the loop, if there is something to report. */
  #notify(): void {
    if (this.#isNotified || this.#isClosed || this.#sink === null || !this.#hasNews()) return;
    this.#isNotified = true;
    deliver(this.#loop, this.#process, report, this, undefined);
  }

  #hasNews(): boolean {
    // A broken connection is reported even while reading is paused, once nothing is left to be read before it.
    if (this.#error !== null && this.#received.length === 0) return !this.#hasReportedFailure;
    return this.#isReading && (this.#received.length > 0 || (this.#hasReceivedEnd && !this.#hasReportedEnd));
  }

  /** @internal */
  [kReport](): void {
    this.#isNotified = false;
    const sink = this.#sink;
    if (this.#isClosed || sink === null) return;
    if (this.#isReading && this.#received.length > 0) {
      this.#deliver(sink);
    } else if (this.#isReading && this.#hasReceivedEnd && !this.#hasReportedEnd) {
      this.#hasReportedEnd = true;
      sink.ended();
    } else if (this.#error !== null && this.#received.length === 0 && !this.#hasReportedFailure) {
      this.#hasReportedFailure = true;
      sink.failed(this.#error);
    }
    this.#notify();
  }

  #deliver(sink: StreamSink): void {
    const peerLink = (this.#peer as SimulatedChannel).#pipe.link;
    const portion = peerLink.portion(this.#received.length);
    const memory = sink.hasMemory ? sink.memory() : null;
    if (this.#isClosed || !this.#isReading) return;
    const bytes = this.#received.take(memory === null ? portion : Math.min(portion, memory.length));
    this.#acknowledge(bytes.length);
    if (memory === null) {
      sink.received(bytes);
    } else {
      bytes.copy(memory);
      sink.filled(bytes.length, null);
    }
  }

  /** @internal */
  [kReportDrained](): void {
    if (!this.#isClosed) this.#sink?.drained();
  }
}

function report(this: SimulatedChannel): void {
  this[kReport]();
}

function deliverDrained(this: SimulatedChannel): void {
  this[kReportDrained]();
}

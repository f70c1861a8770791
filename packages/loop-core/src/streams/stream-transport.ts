import {
  type BaseProtocolLike,
  type ExtraInfoValue,
  ReadTransport,
  type ReceiveMode,
  Transport,
  type WriteBufferLimits,
  WriteTransport,
} from '@bight/loop-abstract';
import { checkBytes } from '@bight/loop-abstract/validate';
import { kCore } from '../internals.js';
import type { TransportCore } from './transport-core.js';

/** A stream transport in both directions, as programs have it. Its inner object does the work. */
export class StreamTransport extends Transport {
  readonly [kCore]: TransportCore;

  constructor(core: TransportCore) {
    super();
    this[kCore] = core;
    core.bind(this);
  }

  override getExtraInfo<K extends string, D = null>(name: K, fallback?: D): ExtraInfoValue<K> | D {
    const value = this[kCore].extraInfo(name);
    return (value === undefined ? (fallback ?? null) : value) as ExtraInfoValue<K> | D;
  }

  override setProtocol(protocol: BaseProtocolLike): void {
    this[kCore].setProtocol(protocol);
  }

  override getProtocol(): BaseProtocolLike {
    return this[kCore].protocol as BaseProtocolLike;
  }

  override isClosing(): boolean {
    return this[kCore].isClosing();
  }

  override close(): void {
    this[kCore].close();
  }

  override isReading(): boolean {
    return this[kCore].isReading();
  }

  override pauseReading(): void {
    this[kCore].pauseReading();
  }

  override resumeReading(): void {
    this[kCore].resumeReading();
  }

  override setReceiveMode(mode: ReceiveMode): void {
    this[kCore].setReceiveMode(mode);
  }

  override write(data: ArrayBufferView): void {
    this[kCore].write(checkBytes(data, 'data'));
  }

  override writelines(data: Iterable<ArrayBufferView>): void {
    const pieces: Uint8Array[] = [];
    for (const piece of data) {
      const bytes = checkBytes(piece, 'a piece of data');
      if (bytes.length > 0) pieces.push(bytes);
    }
    this[kCore].writelines(pieces);
  }

  override canWriteEof(): boolean {
    return this[kCore].canWriteEof();
  }

  override writeEof(): void {
    this[kCore].writeEof();
  }

  override setWriteBufferLimits(limits?: WriteBufferLimits | null): void {
    this[kCore].setWriteBufferLimits(limits);
  }

  override getWriteBufferLimits(): [low: number, high: number] {
    return this[kCore].getWriteBufferLimits();
  }

  override getWriteBufferSize(): number {
    return this[kCore].unsentBytes();
  }

  override abort(): void {
    this[kCore].abort();
  }

  /** A short description, for messages. */
  override toString(): string {
    return `<${this.constructor.name} ${this[kCore].describe()}>`;
  }
}

const COMMON = ['getExtraInfo', 'setProtocol', 'getProtocol', 'isClosing', 'close', 'toString'] as const;
const READING = ['isReading', 'pauseReading', 'resumeReading', 'setReceiveMode'] as const;
const WRITING = [
  'write',
  'writelines',
  'canWriteEof',
  'writeEof',
  'setWriteBufferLimits',
  'getWriteBufferLimits',
  'getWriteBufferSize',
  'abort',
] as const;

/**
 * Gives a class some of the methods of {@link StreamTransport}: it is not a transport in both directions, and so no
 * subclass.
 */
function adopt(target: object, names: readonly (keyof StreamTransport)[]): void {
  for (const name of names) {
    Object.defineProperty(target, name, Object.getOwnPropertyDescriptor(StreamTransport.prototype, name)!);
  }
}

/** A stream transport that only receives. */
export class ReadStreamTransport extends ReadTransport {
  static {
    adopt(ReadStreamTransport.prototype, [...COMMON, ...READING]);
  }

  readonly [kCore]: TransportCore;

  constructor(core: TransportCore) {
    super();
    this[kCore] = core;
    core.bind(this);
  }
}

/** A stream transport that only sends. */
export class WriteStreamTransport extends WriteTransport {
  static {
    adopt(WriteStreamTransport.prototype, [...COMMON, ...WRITING]);
  }

  readonly [kCore]: TransportCore;

  constructor(core: TransportCore) {
    super();
    this[kCore] = core;
    core.bind(this);
  }
}

/** The inner object of a stream transport; `null` for a value that is no transport of ours. */
export function coreOf(transport: unknown): TransportCore | null {
  const { [kCore]: core = null } = Object(transport) as { [kCore]?: TransportCore };
  return core;
}

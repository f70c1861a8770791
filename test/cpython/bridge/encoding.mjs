// Values and errors as messages carry them, and the messages themselves.
import { bight, hamt } from './environment.mjs';
import { python } from './makers.mjs';
import { dropped, give, held, letGo, standIn } from './references.mjs';

// Messages: a length, a JSON, and the bytes that it refers to

let blobs = [];
let incoming = null;

/** Forgets the bytes of a message that will not be sent. */
export function discardBytes() {
  blobs = [];
}

/** Encodes a value as a message. */
export function pack(value) {
  if (dropped.length > 0) value.dropped = dropped.splice(0);
  const json = Buffer.from(JSON.stringify(value));
  const head = Buffer.alloc(4);
  head.writeUInt32LE(json.length);
  const sizes = Buffer.alloc(4 * (blobs.length + 1));
  sizes.writeUInt32LE(blobs.length);
  for (const [i, blob] of blobs.entries()) sizes.writeUInt32LE(blob.length, 4 * (i + 1));
  const message = Buffer.concat([head, json, sizes, ...blobs]);
  blobs = [];
  return message;
}

/** Decodes the value of a message. */
export function unpack(message) {
  const length = message.readUInt32LE(0);
  const value = JSON.parse(message.toString('utf8', 4, 4 + length));
  let at = 4 + length;
  const count = message.readUInt32LE(at);
  at += 4;
  const sizes = [];
  for (let i = 0; i < count; i++, at += 4) sizes.push(message.readUInt32LE(at));
  incoming = sizes.map((size) => {
    const blob = Buffer.from(message.subarray(at, at + size));
    at += size;
    return blob;
  });
  for (const [number, times] of value.dropped ?? []) letGo(number, times);
  return value;
}

function kindOf(object) {
  if (object instanceof bight.DatagramTransport) return 'datagrams';
  if (object instanceof bight.SubprocessTransport) return 'subprocess';
  if (object instanceof bight.Transport) return object.getExtraInfo('sslContext', null) ? 'tls' : 'stream';
  if (object instanceof bight.ReadTransport) return 'read';
  if (object instanceof bight.WriteTransport) return 'write';
  if (object instanceof bight.AbstractServer) return 'server';
  if (object instanceof bight.Task) return 'task';
  if (object instanceof bight.Future) return 'future';
  if (object instanceof bight.Process) return 'process';
  if (object instanceof bight.StreamReader) return 'reader';
  if (object instanceof bight.StreamWriter) return 'writer';
  if (object instanceof bight.Context) return 'context';
  if (object instanceof bight.ContextVar) return 'variable';
  if (object instanceof bight.Token) return 'token';
  if (hamt.HAMT !== undefined && object instanceof hamt.HAMT) return 'hamt';
  if (typeof object.getsockname === 'function') return 'socket';
  return 'object';
}

export const encodeAll = (values) => values.map(encode);

export function encode(value) {
  switch (typeof value) {
    case 'undefined':
      return null;
    case 'boolean':
    case 'string':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : { $f: String(value) };
    case 'bigint':
      return { $i: String(value) };
    case 'symbol':
      return { $d: { symbol: String(value) } };
  }
  if (value === null) return null;
  if (typeof value.py === 'number' && !(value instanceof Error)) return { $p: value.py };
  if (ArrayBuffer.isView(value)) {
    blobs.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
    return { $b: blobs.length - 1 };
  }
  if (Array.isArray(value)) return value.map(encode);
  if (value instanceof Error) return encodeError(value);
  if (value instanceof Set) return { $set: [...value].map(encode) };
  const prototype = Object.getPrototypeOf(value);
  if (typeof value === 'object' && (prototype === Object.prototype || prototype === null)) {
    if ('$address' in value) return { $a: value.$address };
    return { $d: Object.fromEntries(Object.entries(value).map(([name, part]) => [name, encode(part)])) };
  }
  return { $j: give(value), c: typeof value === 'function' ? 'function' : kindOf(value) };
}

export function encodeError(error) {
  const fields = { js: give(error), name: error.name, message: error.message, class: error.constructor.name };
  if (typeof error.py === 'number') fields.py = error.py;
  for (const name of ['code', 'errno', 'syscall', 'expected', 'consumed', 'bytesSent', 'library', 'reason']) {
    const value = error[name];
    if (typeof value === 'number' || typeof value === 'string') fields[name] = value;
  }
  if (error.cause instanceof Error) fields.cause = encodeError(error.cause);
  if (error.partial !== undefined) fields.partial = encode(error.partial);
  if (error instanceof AggregateError) fields.errors = encodeAll(error.errors);
  if (process.env.BRIDGE_STACKS) fields.stack = error.stack;
  return { $x: fields };
}

export function decode(value) {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(decode);
  if ('$j' in value) return held.get(value.$j).object;
  if ('$p' in value) return python(value.$p, value.k, value.n);
  if ('$b' in value) return incoming[value.$b];
  if ('$x' in value) return exception(value.$x);
  if ('$f' in value) return Number(value.$f);
  if ('$i' in value) return Number(value.$i);
  if ('$u' in value) return undefined;
  if ('$d' in value) {
    return Object.fromEntries(Object.entries(value.$d).map(([name, part]) => [name, decode(part)]));
  }
  throw new Error(`bridge: ${JSON.stringify(value)}`);
}

/** An exception of Python that has no counterpart here, on its way through JavaScript. */
class PythonError extends Error {}

const errorClasses = {
  CancelledError: bight.CancelledError,
  TimeoutError: bight.TimeoutError,
  KeyboardInterrupt: bight.KeyboardInterrupt,
  ValueError: bight.ValueError,
  RuntimeError: bight.RuntimeError,
  NotImplementedError: bight.NotImplementedError,
  InvalidStateError: bight.InvalidStateError,
};

function exception({ py, mro, message, js }) {
  if (js !== undefined) return held.get(js).object;
  return standIn(py, () => {
    const known = mro.find((name) => errorClasses[name] !== undefined);
    const error = known === undefined ? new PythonError(message) : new errorClasses[known](message);
    if (known === undefined) error.name = mro[0];
    return Object.defineProperty(error, 'py', { value: py });
  });
}

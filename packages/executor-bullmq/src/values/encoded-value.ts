import v8 from 'node:v8';
import { deserialize, serialize } from '@bight/executors/low-level';

/**
 * A value on its way through a queue: as JSON where that keeps all of it, which workers in other languages can read;
 * else what `v8.serialize()` makes of it, in base64; or, where it is large, the name under which one of these is
 * stored.
 */
export type EncodedValue = { readonly json: unknown } | { readonly v8: string } | { readonly stored: string };

/** A value with about as many characters as it has on its way. */
export interface SizedValue {
  readonly encoded: Exclude<EncodedValue, { stored: string }>;
  readonly size: number;
}

/** Deeper values are left to the serializer, which needs no stack of ours. */
const DEEPEST = 100;
/** For a value that is no object, so that nothing is added. */
const NOTHING_SEEN = new Set<object>();

/**
 * Encodes a value, with the semantics of the structured clone algorithm.
 *
 * @param what - what the value is, for the error's message
 * @throws {DOMException} a `DataCloneError` for what cannot be cloned: functions, symbols, promises
 */
export function encodeValue(value: unknown, what: string): SizedValue {
  const size = jsonSize(value, typeof value === 'object' && value !== null ? new Set() : NOTHING_SEEN, 0);
  if (size >= 0) return { encoded: { json: value }, size };
  const bytes = serialize(value, what);
  return { encoded: { v8: bytes.toString('base64') }, size: Math.ceil(bytes.length / 3) * 4 };
}

/**
 * The value that {@link encodeValue} was given.
 *
 * @throws {DOMException} a `DataCloneError` for what this process cannot read
 */
export function decodeValue(encoded: Exclude<EncodedValue, { stored: string }>): unknown {
  if ('json' in encoded) return encoded.json;
  return deserialize(Buffer.from(encoded.v8, 'base64'), 'the value');
}

/** A copy of a value as it would arrive; throws when it cannot be sent. */
export function cloneValue(value: unknown): unknown {
  return v8.deserialize(serialize(value, 'the value'));
}

/** About how many characters a value has as JSON; -1 where JSON would not keep all of it. */
function jsonSize(value: unknown, seen: Set<object>, depth: number): number {
  switch (typeof value) {
    case 'string':
      return value.length + 2;
    case 'boolean':
      return 5;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? 10 : -1;
    case 'object':
      return value === null ? 4 : jsonSizeOfObject(value, seen, depth);
    default:
      return -1;
  }
}

function jsonSizeOfObject(value: object, seen: Set<object>, depth: number): number {
  // What is reached twice is one object after a structured clone, and would be two after JSON.
  if (depth > DEEPEST || seen.has(value)) return -1;
  seen.add(value);
  if (Array.isArray(value)) return jsonSizeOfArray(value, seen, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype) return -1;
  let sum = 2;
  for (const key of Reflect.ownKeys(value)) {
    const property = Object.getOwnPropertyDescriptor(value, key)!;
    if (typeof key === 'symbol' || key === '__proto__' || key === 'toJSON') return -1;
    if (!property.enumerable || !('value' in property)) return -1;
    const size = jsonSize(property.value, seen, depth + 1);
    if (size < 0) return -1;
    sum += key.length + 4 + size;
  }
  return sum;
}

function jsonSizeOfArray(value: readonly unknown[], seen: Set<object>, depth: number): number {
  // A hole, or a property beside the elements, makes another number of keys.
  if (Object.keys(value).length !== value.length || 'toJSON' in value) return -1;
  let sum = 2;
  for (const element of value) {
    const size = jsonSize(element, seen, depth + 1);
    if (size < 0) return -1;
    sum += size + 1;
  }
  return sum;
}

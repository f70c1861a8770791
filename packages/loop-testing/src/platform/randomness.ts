import crypto from 'node:crypto';
import type { Random } from '../random/random.js';
import { type Patch, patch, patchReading } from './patch.js';
import { worldHere } from './platform-world.js';

type RandomBytes = (size: number, done?: Done<Buffer>) => Buffer | undefined;

type Done<T> = (error: Error | null, value: T) => void;

/**
 * `Math.random()` and the random functions of `node:crypto` and Web Crypto. What they check of their arguments, they
 * still check.
 */
export function randomnessPatches(): Patch[] {
  const web = crypto.webcrypto;
  const webs =
    globalThis.crypto === undefined || globalThis.crypto === web ? [web] : [web, globalThis.crypto];
  return [
    ...patch<typeof Math.random>(
      Math,
      'random',
      (original) => () => worldHere()?.random.next() ?? original(),
    ),
    ...patch<RandomBytes>(crypto, 'randomBytes', virtualBytes),
    // Old names of it. Their getters warn of a deprecation, and would replace what stands here.
    ...['pseudoRandomBytes', 'prng', 'rng'].flatMap((name) =>
      patchReading(crypto, name, (original) => () => {
        const world = worldHere();
        return world === undefined ? original.call(Object.create(crypto)) : crypto.randomBytes;
      }),
    ),
    ...patch<(into: ArrayBufferView, ...range: number[]) => ArrayBufferView>(
      crypto,
      'randomFillSync',
      (original) =>
        (into, ...range) => {
          const world = worldHere();
          original(into, ...range);
          if (world !== undefined) fillRange(into, range, world.random);
          return into;
        },
    ),
    ...patch<(into: ArrayBufferView, ...rest: unknown[]) => void>(
      crypto,
      'randomFill',
      (original) =>
        (into, ...rest) => {
          const world = worldHere();
          const done = rest.at(-1);
          if (world === undefined || typeof done !== 'function') {
            original(into, ...rest);
            return;
          }
          crypto.randomFillSync(into as Uint8Array, ...(rest.slice(0, -1) as number[]));
          world.loop.callSoon(done as Done<unknown>, [null, into]);
        },
    ),
    ...patch<(...args: (number | Done<number>)[]) => number | undefined>(
      crypto,
      'randomInt',
      (original) =>
        (...args) => {
          const world = worldHere();
          if (world === undefined) return original(...args);
          const numbers = args.filter((arg) => typeof arg !== 'function') as number[];
          original(...numbers);
          const [low, high] =
            numbers.length === 1 ? [0, numbers[0] as number] : (numbers as [number, number]);
          const value = low + Math.floor(world.random.next() * (high - low));
          const done = args.at(-1);
          if (typeof done !== 'function') return value;
          world.loop.callSoon(done, [null, value]);
          return undefined;
        },
    ),
    ...[crypto, ...webs].flatMap((target) =>
      patch<typeof crypto.randomUUID>(target, 'randomUUID', (original) => (...args) => {
        const world = worldHere();
        return world === undefined ? original.apply(target as never, args) : uuid(world.random, 4);
      }),
    ),
    ...patch<(options?: object) => string>(crypto, 'randomUUIDv7' as never, (original) => (...args) => {
      const world = worldHere();
      const given = original.apply(crypto, args);
      return world === undefined ? given : uuid(world.random, 7, Math.floor(world.date() * 1000));
    }),
    // That of `node:crypto` is read from Web Crypto's.
    ...webs.flatMap((target) =>
      patch<typeof web.getRandomValues>(target, 'getRandomValues', (original) => (into) => {
        const world = worldHere();
        original.call(target, into as never);
        if (world !== undefined) fillRange(into as ArrayBufferView, [], world.random);
        return into;
      }),
    ),
  ];
}

function virtualBytes(original: RandomBytes): RandomBytes {
  return (size, done) => {
    const world = worldHere();
    if (world === undefined) return original(size, done);
    const bytes = fill(original(size) as Buffer, world.random);
    if (done === undefined) return bytes;
    world.loop.callSoon(done, [null, bytes]);
    return undefined;
  };
}

function fill<B extends Uint8Array>(bytes: B, random: Random): B {
  for (let i = 0; i < bytes.length; i++) bytes[i] = random.below(256);
  return bytes;
}

/** Fills a part of a view: offset and size count its elements. */
function fillRange(view: ArrayBufferView, [offset = 0, size]: readonly number[], random: Random): void {
  const element = (view as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
  const begin = offset * element;
  const end = size === undefined ? view.byteLength : begin + size * element;
  fill(new Uint8Array(view.buffer, view.byteOffset + begin, end - begin), random);
}

/** @param milliseconds - with which one of version 7 begins */
function uuid(
  random: Random,
  version: 4 | 7,
  milliseconds = 0,
): `${string}-${string}-${string}-${string}-${string}` {
  const bytes = fill(Buffer.alloc(16), random);
  if (version === 7) bytes.writeUIntBE(milliseconds, 0, 6);
  bytes[6] = ((bytes[6] as number) & 0x0f) | (version << 4);
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

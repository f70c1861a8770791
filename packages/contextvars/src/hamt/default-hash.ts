/** Spreads the bits of an integer over all 32 bits, so that neighbours take different ways. */
export function mix(bits: number): number {
  let hash = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

const identities = new WeakMap<WeakKey, number>();
let identityCount = 0;

/**
 * A hash for every value, equal for values that a `Map` takes for the same key: strings and numbers by content,
 * objects, functions and symbols by identity.
 */
export function defaultHash(key: unknown): number {
  switch (typeof key) {
    case 'string':
      return hashString(key);
    case 'number':
      return hashNumber(key);
    case 'bigint':
      return hashString(key.toString(36));
    case 'boolean':
      return key ? 0x42108421 : 0x42108422;
    case 'undefined':
      return 0x42108423;
    case 'symbol': {
      const registered = Symbol.keyFor(key);
      return registered === undefined ? hashIdentity(key) : hashString(registered);
    }
    default:
      return key === null ? 0x42108424 : hashIdentity(key as object);
  }
}

function hashString(text: string): number {
  let hash = text.length;
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  return hash;
}

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);

function hashNumber(number: number): number {
  const integer = number | 0;
  // Integers are their own hash: neighbours, the most common of all sets, take ways of their own.
  if (integer === number) return integer;
  float[0] = number;
  return mix(Math.imul(words[0] as number, 31) + (words[1] as number));
}

function hashIdentity(key: WeakKey): number {
  let hash = identities.get(key);
  if (hash === undefined) {
    hash = mix(++identityCount);
    identities.set(key, hash);
  }
  return hash;
}

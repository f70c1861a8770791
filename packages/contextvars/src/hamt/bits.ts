/** How many ways a branch has, and how many bits of the hash choose among them. */
export const WAYS = 32;
export const BITS_PER_LEVEL = 5;

/** The most entries of a branch that packs them behind a bitmap; one more makes it dense. */
export const MOST_PACKED = 16;

/** Which of the 32 ways a hash takes at a level; `shift` is the level's first bit. */
export function way(hash: number, shift: number): number {
  return (hash >>> shift) & 31;
}

/** How many bits of a 32-bit integer are set. */
export function popCount(bits: number): number {
  let count = bits - ((bits >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

const SLAB_BYTES = 64 * 1024;
const LARGEST_SLICE_BYTES = 8 * 1024;

let slab: Buffer | null = null;
let used = 0;

/**
 * Copies received bytes out of memory that will be used again, for a protocol to keep. Small pieces are cut from a
 * common slab, as Node's own pool does with pieces of less than 4 KiB: a kept one keeps the whole slab alive.
 */
export function copyReceived(memory: Buffer, length: number): Buffer {
  if (length > LARGEST_SLICE_BYTES) {
    const whole = Buffer.allocUnsafeSlow(length);
    memory.copy(whole, 0, 0, length);
    return whole;
  }
  if (slab === null || used + length > SLAB_BYTES) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    used = 0;
  }
  const piece = slab.subarray(used, used + length);
  memory.copy(piece, 0, 0, length);
  used += length;
  return piece;
}

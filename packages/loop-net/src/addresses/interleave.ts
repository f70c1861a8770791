import type { AddrInfo } from '@bight/loop-abstract';

/**
 * Puts addresses into an order in which the families alternate, so that an unusable family delays only half of the
 * attempts (RFC 8305, section 4).
 *
 * @param infos - the addresses, in order of preference
 * @param firstCount - how many of the first address's family come before the first of another: RFC 8305's "First
 *   Address Family Count"
 */
export function interleave(infos: readonly AddrInfo[], firstCount: number): AddrInfo[] {
  const byFamily = new Map<number, AddrInfo[]>();
  for (const info of infos) {
    const sameFamily = byFamily.get(info.family);
    if (sameFamily === undefined) byFamily.set(info.family, [info]);
    else sameFamily.push(info);
  }
  const queues = [...byFamily.values()];
  const reordered = queues[0]?.splice(0, firstCount - 1) ?? [];
  const longest = Math.max(0, ...queues.map((queue) => queue.length));
  for (let index = 0; index < longest; index++) {
    for (const queue of queues) {
      const info = queue[index];
      if (info !== undefined) reordered.push(info);
    }
  }
  return reordered;
}

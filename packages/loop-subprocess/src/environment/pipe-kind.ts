import type { Stats } from 'node:fs';

/** What can be a pipe: a pipe or FIFO, a socket, or a character device, among which are the terminals. */
export type PipeKind = 'pipe' | 'socket' | 'device';

/** What a descriptor is; `null` for regular files, directories and the like. */
export function kindOf(stats: Stats): PipeKind | null {
  if (stats.isFIFO()) return 'pipe';
  if (stats.isSocket()) return 'socket';
  return stats.isCharacterDevice() ? 'device' : null;
}

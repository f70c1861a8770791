import type { TaskSnapshot } from '@bight/loop-core/low-level';
import type { Target, TargetLoop } from './target.js';

/** How many tasks one request has: neither process ever has more of them as data. */
const PAGE = 5000;

/** A loop, and its tasks. */
export interface PagedLoop {
  readonly pid: number;
  /** The loop, with the first of its tasks. */
  readonly loop: TargetLoop;
  /** Its tasks, page by page. @returns how many there are that were not wanted */
  pages(): AsyncGenerator<readonly TaskSnapshot[], number>;
}

/**
 * Reads the loops of a process, and their tasks page by page. A task that is there all the time is on one page; those
 * that begin meanwhile need not be.
 *
 * @param limit - at most this many tasks of each loop
 * @param size - how many tasks a page has
 */
export async function readLoops(target: Target, limit: number, size = PAGE): Promise<PagedLoop[]> {
  const { pid, loops } = await target.snapshot({ loop: null, after: 0, limit: Math.min(limit, size) });
  return loops.map((loop) => ({ pid, loop, pages: () => pagesOf(target, loop, limit, size) }));
}

async function* pagesOf(
  target: Target,
  loop: TargetLoop,
  limit: number,
  size: number,
): AsyncGenerator<readonly TaskSnapshot[], number> {
  // Tasks may begin more quickly than they are read.
  const wanted = Math.min(limit, loop.tasks.length + loop.more);
  let [read, { tasks, more }] = [0, loop as Pick<TargetLoop, 'tasks' | 'more'>];
  while (tasks.length > 0) {
    yield tasks;
    read += tasks.length;
    const after = tasks.at(-1)?.id;
    if (more === 0 || read >= wanted || after === undefined) return more;
    const request = { loop: loop.id, after, limit: Math.min(size, wanted - read) };
    const next = (await target.snapshot(request)).loops.find(({ id }) => id === loop.id);
    // The loop may have been closed; of one that is blocked, not all may be known.
    if (next === undefined) return 0;
    ({ tasks, more } = next);
  }
  return more;
}

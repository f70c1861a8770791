import type { CancelBlock } from './cancel-block.js';

/** The block that the next task begins in: only the children of a group begin in one. @internal */
export const nextTask: { block: CancelBlock | null } = { block: null };

/** Begins the task that `make` makes, through whatever task factory, in a block. @internal */
export function createTaskIn<T>(block: CancelBlock, make: () => T): T {
  nextTask.block = block;
  try {
    return make();
  } finally {
    nextTask.block = null;
  }
}

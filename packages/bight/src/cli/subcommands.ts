import { worker } from './serve-queue.js';
import type { Subcommand } from './subcommand.js';

/** Everything that `npx bight` can do. What a subcommand needs is loaded when it runs. */
export const subcommands: readonly Subcommand[] = [worker];

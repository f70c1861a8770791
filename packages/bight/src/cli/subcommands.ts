import { worker } from './serve-queue.js';
import type { Subcommand, SubcommandOption } from './subcommand.js';

const json: SubcommandOption = { flags: '--json', description: 'as JSON' };
const limit: SubcommandOption = { flags: '--limit <n>', description: 'at most this many tasks of each loop' };

/** Everything that `npx bight` can do. What a subcommand needs is loaded when it runs. */
export const subcommands: readonly Subcommand[] = [
  {
    usage: 'ps <pid>',
    summary: 'lists the tasks of a process',
    options: [json, limit],
    run: async ([pid], options) => (await import('@bight/inspect/cli')).ps(pid, options),
  },
  {
    usage: 'pstree <pid>',
    summary: 'shows the tasks of a process as a tree, below each those that it awaits',
    options: [json, limit],
    run: async ([pid], options) => (await import('@bight/inspect/cli')).pstree(pid, options),
  },
  {
    usage: 'top <pid>',
    summary: 'shows how busy the loops of a process are',
    options: [
      json,
      { flags: '--count <n>', description: 'how many times; by default until it is interrupted' },
      { flags: '--interval <seconds>', description: 'how long in between', default: 1 },
    ],
    run: async ([pid], options) => (await import('@bight/inspect/cli')).top(pid, options),
  },
  {
    usage: 'trace <pid>',
    summary: 'records what the loop of a process does, for Perfetto',
    options: [
      json,
      { flags: '--seconds <seconds>', description: 'for how long', default: 5 },
      { flags: '--output <file>', description: 'the file; --output=- is standard output' },
      { flags: '--when-lag <time>', description: 'keep only what led to a lag such as 50ms' },
    ],
    run: async ([pid], options) => (await import('@bight/inspect/cli')).trace(pid, options),
  },
  {
    usage: 'inspect <pid>',
    summary: 'serves a live page of a process until it is interrupted',
    options: [json, { flags: '--port <port>', description: 'the port; by default one that is free' }],
    run: async ([pid], options) => (await import('@bight/inspect/cli')).inspect(pid, options),
  },
  {
    usage: 'repl',
    summary: 'reads JavaScript, with await and a running loop',
    options: [],
    run: async () => (await import('./repl.js')).runRepl(),
  },
  worker,
];

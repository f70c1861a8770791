/**
 * The subcommands of `bight` that inspect other processes.
 *
 * @packageDocumentation
 */
export {
  type InspectCommandOptions,
  inspect,
  type TopOptions,
  type TraceCommandOptions,
  top,
  trace,
} from './cli/commands.js';
export { type JsonOption, type ListOptions, ps, pstree } from './cli/list-tasks.js';
export { UsageError } from './cli/usage-error.js';

/**
 * What the program `bight` does to look at other processes.
 *
 * @packageDocumentation
 */
export {
  type InspectCommandOptions,
  inspect,
  type JsonOption,
  ps,
  pstree,
  type TopOptions,
  type TraceCommandOptions,
  top,
  trace,
} from './cli/commands.js';
export { UsageError } from './cli/usage-error.js';

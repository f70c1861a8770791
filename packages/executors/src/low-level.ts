/**
 * For authors of loops and executors: the default executor of a loop, and how the calls, results and errors of an
 * executor travel to its workers.
 *
 * @packageDocumentation
 */
export { builtWorkerFile } from './built-files.js';
export type { EncodedError, EncodedValue, ErrorMessage } from './calls/call-message.js';
export { deserialize, serialize } from './calls/serialize.js';
export { isTaskReference, moduleAddress } from './calls/task-from.js';
export { decodeError } from './errors/decode-error.js';
export { encodeError } from './errors/encode-error.js';
export { checkErrorClasses } from './errors/error-classes.js';
export { jobVariable } from './jobs/current-job.js';
export { builtWorkerExecArgv } from './pool/exec-argv.js';
export { watchChildEnd } from './processes/child-end.js';
export { requireNodeExecutable } from './processes/single-executable.js';
export { createDefaultExecutor } from './threads/thread-pool-executor.js';

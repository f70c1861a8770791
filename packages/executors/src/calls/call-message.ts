/** What a worker is sent for one call. The worker's half is `worker/run-call.js`. */
export interface CallMessage {
  /** The number of the call; 0 for the one that prepares the worker, which answers it before any other. */
  id: number;
  /** Where the call can be claimed (see `Claims`). */
  slot: number;
  /** The text of the function, or `''` when it is an exported one. */
  source: string;
  /** The address of the module that exports the function, or `''`. */
  url: string;
  /** The name of the export, or the function's own name. */
  name: string;
  /** The arguments; with `isChunk`, the items that the function is called with one after the other. */
  args: readonly unknown[];
  /** Whether this is a chunk of `map()`. */
  isChunk: boolean;
  /** Values of context variables for the time of the call. */
  variables: readonly VariableMessage[];
}

/** The value of a context variable, and where the worker finds its own copy of the variable. */
export interface VariableMessage {
  url: string;
  name: string;
  value: unknown;
}

/**
 * What a worker answers. The types have a prefix because a call may send messages of its own.
 *
 * The `id` is the number of the call; of `bight:unread`, which is about a message that the worker could not read, it is
 * the place of that message among all that were sent to this worker, from 1 on.
 */
export type ReplyMessage =
  | { type: 'bight:done'; id: number; value: unknown }
  | { type: 'bight:failed'; id: number; error: ErrorMessage }
  | { type: 'bight:unusable'; id: number; error: ErrorMessage }
  | { type: 'bight:unread'; id: number; error: ErrorMessage };

/** An error and those that it refers to, as data. The worker's half is `worker/encode-error.js`. */
export interface ErrorMessage {
  /** What was thrown. */
  root: EncodedValue;
  /** The errors that it is or refers to. */
  errors: readonly EncodedError[];
}

/** A value; an error by its place in the list; or, for a value that cannot be cloned, a description. */
export type EncodedValue = { value: unknown } | { error: number } | { lost: string };

/** One error. */
export interface EncodedError {
  /** The names of its classes, the most special one first. */
  classes: readonly string[];
  /** Its name. */
  name: string;
  /** Its message. */
  message: string;
  /** Where it was made. */
  stack: string;
  /** What caused it. */
  cause: EncodedValue | undefined;
  /** The errors of an `AggregateError`. */
  errors: readonly EncodedValue[] | undefined;
  /** Its own properties. */
  properties: readonly (readonly [string, EncodedValue])[];
}

import {
  BrokenBarrierError,
  CancelledError,
  EOFError,
  IncompleteReadError,
  InvalidStateError,
  KeyError,
  LimitOverrunError,
  LookupError,
  NotImplementedError,
  ProcessLookupError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  RuntimeError,
  SendfileNotAvailableError,
  TimeoutError,
  ValueError,
} from '@bight/loop-abstract';
import { typeError } from '@bight/loop-abstract/validate';
import { BrokenExecutor, BrokenProcessPool, BrokenThreadPool } from './broken-executor.js';

/** A class of errors, whatever its constructor takes. */
export type ErrorClass = abstract new (...args: never[]) => Error;

/** What is known of an error that a worker sent. */
export interface ErrorTraits {
  /** The names of its classes, the most special one first. */
  readonly classes: readonly string[];
  readonly name: string;
  readonly code: unknown;
}

// The code distinguishes these from classes of other libraries that have the same name.
const OURS: readonly (readonly [ErrorClass, string])[] = [
  [BrokenBarrierError, 'ERR_BROKEN_BARRIER'],
  [BrokenProcessPool, 'ERR_BROKEN_EXECUTOR'],
  [BrokenThreadPool, 'ERR_BROKEN_EXECUTOR'],
  [BrokenExecutor, 'ERR_BROKEN_EXECUTOR'],
  [CancelledError, 'ERR_CANCELLED'],
  [EOFError, 'ERR_EOF'],
  [IncompleteReadError, 'ERR_INCOMPLETE_READ'],
  [InvalidStateError, 'ERR_INVALID_STATE'],
  [KeyError, 'ERR_KEY'],
  [LimitOverrunError, 'ERR_LIMIT_OVERRUN'],
  [LookupError, 'ERR_LOOKUP'],
  [NotImplementedError, 'ERR_NOT_IMPLEMENTED'],
  [ProcessLookupError, 'ESRCH'],
  [QueueEmpty, 'ERR_QUEUE_EMPTY'],
  [QueueFull, 'ERR_QUEUE_FULL'],
  [QueueShutDown, 'ERR_QUEUE_SHUT_DOWN'],
  [RuntimeError, 'ERR_RUNTIME'],
  [SendfileNotAvailableError, 'ERR_SENDFILE_NOT_AVAILABLE'],
  [TimeoutError, 'ERR_TIMEOUT'],
  [ValueError, 'ERR_VALUE'],
];

const LANGUAGE: readonly ErrorClass[] = [
  Error,
  AggregateError,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
];

const byName = new Map(LANGUAGE.map((errorClass) => [errorClass.name, errorClass]));

/**
 * The class to give an error that a worker sent.
 *
 * @param traits - what the worker sent of it
 * @param own - the classes that the caller named, which come before those of this library and of the language
 */
export function classOf(
  { classes, name, code }: ErrorTraits,
  own: ReadonlyMap<string, ErrorClass>,
): ErrorClass {
  const ownName = classes.find((candidate) => own.has(candidate));
  if (ownName !== undefined) return own.get(ownName)!;
  // Some of our classes have a name in the source (KeyErrorClass) that is not the one they are known by.
  const names = [name, ...classes, ...classes.map((candidate) => candidate.replace(/Class$/, ''))];
  const ours = OURS.find(
    ([errorClass, ownCode]) => ownCode === code && names.includes(errorClass.prototype.name),
  );
  return ours?.[0] ?? byName.get(classes.find((candidate) => byName.has(candidate)) ?? 'Error')!;
}

/**
 * The option `errorClasses`, by name.
 *
 * @throws {TypeError} unless it is an iterable of classes of errors
 */
export function checkErrorClasses(
  value: Iterable<ErrorClass> | null | undefined,
): ReadonlyMap<string, ErrorClass> {
  if (value === undefined || value === null) return new Map();
  if (typeof value !== 'object' || !(Symbol.iterator in value)) {
    throw typeError('errorClasses', 'an iterable of classes of errors', value);
  }
  const classes = [...value];
  for (const errorClass of classes) {
    const isErrorClass = typeof errorClass === 'function' && errorClass.prototype instanceof Error;
    if (!isErrorClass) throw typeError('each of errorClasses', 'a class that extends Error', errorClass);
  }
  return new Map(classes.map((errorClass) => [errorClass.name, errorClass]));
}

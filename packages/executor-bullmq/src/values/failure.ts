import { BrokenExecutor, type ErrorClass } from '@bight/executors';
import { decodeError, type ErrorMessage, encodeError } from '@bight/executors/low-level';
import { RuntimeError } from '@bight/loop-abstract';
import { cloneValue, decodeValue, encodeValue } from './encoded-value.js';

/** What separates the message, which tools of BullMQ show, from the error as data. */
const SEPARATOR = '\n\u0001bight:';
/** BullMQ's own message for a job whose workers died too often. */
const STALLED = /^job (?:stalled|started) more than allowable limit/;
/** A longer one is reduced to its class, message and stack. */
const LONGEST = 64 * 1024;

/** The reason of a job that was cancelled. */
export const CANCELLED_REASON = 'the job was cancelled';

/** What a job threw, in the text that BullMQ keeps for a failed job. */
export function failureText(thrown: unknown): string {
  const encoded = encodeError(thrown, cloneValue);
  const [first] = encoded.errors;
  const message = first === undefined ? String(describeRoot(encoded)) : `${first.name}: ${first.message}`;
  const text = textOf(encoded);
  if (text.length <= LONGEST || first === undefined) return message.slice(0, LONGEST) + SEPARATOR + text;
  const reduced = {
    ...first,
    message: first.message.slice(0, LONGEST / 4),
    stack: first.stack.slice(0, LONGEST / 4),
    cause: undefined,
    errors: undefined,
    properties: [],
  };
  return message.slice(0, LONGEST / 4) + SEPARATOR + textOf({ root: { error: 0 }, errors: [reduced] });
}

/** What a failed job threw, from the text that BullMQ keeps. */
export function failureOf(text: string, errorClasses: ReadonlyMap<string, ErrorClass>): unknown {
  const at = text.lastIndexOf(SEPARATOR);
  if (at === -1) {
    if (STALLED.test(text))
      return new BrokenExecutor('the worker of this job died, each time that the job was begun');
    // From a worker that is none of ours.
    return new RuntimeError(text);
  }
  try {
    const encoded = JSON.parse(text.slice(at + SEPARATOR.length)) as Parameters<typeof decodeValue>[0];
    return decodeError(decodeValue(encoded) as ErrorMessage, errorClasses);
  } catch {
    return new RuntimeError(text.slice(0, at));
  }
}

function textOf(encoded: ErrorMessage): string {
  return JSON.stringify(encodeValue(encoded, 'the error').encoded);
}

function describeRoot({ root }: ErrorMessage): unknown {
  if ('value' in root) return root.value;
  return 'lost' in root ? root.lost : '';
}

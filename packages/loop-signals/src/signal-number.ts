import { constants } from 'node:os';
import { typeError, valueError } from '@bight/loop-abstract/validate';

/** A signal that can be caught, by its name and number. */
export interface Signal {
  readonly name: NodeJS.Signals;
  readonly number: number;
}

// The kernel does not let these be caught.
const UNCATCHABLE: ReadonlySet<string> = new Set(['SIGKILL', 'SIGSTOP']);

const byName = new Map(Object.entries(constants.signals) as [NodeJS.Signals, number][]);

// Some numbers have several names (SIGABRT and SIGIOT): the first one listed stands for all of them.
const byNumber = new Map<number, NodeJS.Signals>();
for (const [name, number] of byName) {
  if (!byNumber.has(number)) byNumber.set(number, name);
}

/**
 * Finds the signal that a name or number stands for. Node.js knows the standard signals; a real-time signal cannot be
 * listened for.
 *
 * @throws {TypeError} unless it is a name or a number
 * @throws {ValueError} when there is no such signal, or it cannot be caught
 */
export function catchableSignal(signal: unknown): Signal {
  if (typeof signal !== 'string' && typeof signal !== 'number') {
    throw typeError('signal', "a signal's name or number", signal);
  }
  const number = typeof signal === 'number' ? signal : byName.get(signal as NodeJS.Signals);
  const name = number === undefined ? undefined : byNumber.get(number);
  if (number === undefined || name === undefined) {
    throw valueError('signal', "a signal's name or number, such as 'SIGTERM'", signal);
  }
  if (UNCATCHABLE.has(name)) throw valueError('signal', 'a signal that can be caught', signal);
  return { name, number };
}

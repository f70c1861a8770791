import { constants } from 'node:os';
import { ProcessLookupError } from '@bight/loop-abstract';
import { typeError, valueError } from '@bight/loop-abstract/validate';

const numbers = new Map<string, number>(Object.entries(constants.signals));

/** Linux has signals up to 64; those above 31 have no names here. */
const LARGEST = 64;

/**
 * The number of a signal; 0, which only asks whether the process is there, is one too.
 *
 * @throws {TypeError} when it is neither a name nor a number
 * @throws {ValueError} when there is no such signal
 */
export function signalNumber(signal: unknown): number {
  if (typeof signal === 'string') {
    const number = numbers.get(signal);
    if (number === undefined) throw valueError('signal', "a signal's name, such as 'SIGTERM'", signal);
    return number;
  }
  if (typeof signal !== 'number') throw typeError('signal', "a signal's name or number", signal);
  if (!Number.isInteger(signal) || signal < 0 || signal > LARGEST) {
    throw valueError('signal', `a signal's number, 0 to ${LARGEST}`, signal);
  }
  return signal;
}

/** What a process returned: its exit status, or -N when signal N ended it. */
export function returncodeOf(status: number | null, signal: NodeJS.Signals | null): number {
  return signal === null ? (status ?? 0) : -(numbers.get(signal) ?? 0);
}

/** The name of a signal; `null` for one that has none. */
export function signalName(number: number): NodeJS.Signals | null {
  for (const [name, other] of numbers) if (other === number) return name as NodeJS.Signals;
  return null;
}

/**
 * Sends a signal to a process.
 *
 * @throws {ProcessLookupError} when there is no such process
 * @throws the system's error: `EPERM`
 */
export function sendSignal(pid: number, number: number): void {
  try {
    process.kill(pid, number);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    throw new ProcessLookupError(`process ${pid} has ended already`, { cause: error });
  }
}

import { DEVNULL, PIPE, STDOUT, type SubprocessOptions, ValueError } from '@bight/loop-abstract';
import { descriptorOf, typeError } from '@bight/loop-abstract/validate';

/**
 * Where one descriptor of a subprocess leads: to a new pipe, to the null device, or to a descriptor of this process.
 */
export type Target = 'pipe' | 'null' | number;

/** Where the descriptors of a subprocess lead, by number. */
export interface StdioPlan {
  readonly targets: readonly Target[];
  /** Whether the error output goes into the pipe of the output. */
  readonly isMerged: boolean;
}

/**
 * Reads the standard streams out of the options.
 *
 * @throws {TypeError} for a value that is no form of a stream
 * @throws {ValueError} for `STDOUT` elsewhere than in `stderr`, or a descriptor that is closed
 */
export function planStdio(given: SubprocessOptions | null | undefined): StdioPlan {
  const { stdin = PIPE, stdout = PIPE, stderr = PIPE, extraStdio = [] } = given ?? {};
  if (!Array.isArray(extraStdio)) throw typeError('extraStdio', 'an array', extraStdio);
  const output = targetOf(stdout, 'stdout', 1);
  const isMerged = stderr === STDOUT && output === 'pipe';
  const errorOutput = stderr === STDOUT ? output : targetOf(stderr, 'stderr', 2);
  const extra = extraStdio.map((stdio, index) => targetOf(stdio, `extraStdio[${index}]`, 3 + index));
  return { targets: [targetOf(stdin, 'stdin', 0), output, errorOutput, ...extra], isMerged };
}

function targetOf(stdio: unknown, name: string, fd: number): Target {
  if (stdio === PIPE) return 'pipe';
  if (stdio === DEVNULL) return 'null';
  if (stdio === STDOUT) throw new ValueError(`STDOUT can only be used for stderr, not for ${name}`);
  if (stdio === null || stdio === undefined) return fd;
  return descriptorOf(stdio, name);
}

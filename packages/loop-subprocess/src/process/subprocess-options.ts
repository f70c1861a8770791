import { fileURLToPath } from 'node:url';
import { type SubprocessOptions, ValueError } from '@bight/loop-abstract';
import { checkInteger, checkOptions, typeError, valueError } from '@bight/loop-abstract/validate';
import { checkText } from './text.js';

/** The options of a subprocess, but for its standard streams, as Node.js takes them. */
export interface ProcessOptions {
  readonly cwd: string | undefined;
  readonly env: NodeJS.ProcessEnv | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly detached: boolean;
  readonly argv0: string | undefined;
  readonly windowsHide: boolean;
}

/** Everything that a subprocess can be given. */
export const OPTIONS = [
  'stdin',
  'stdout',
  'stderr',
  'extraStdio',
  'cwd',
  'env',
  'uid',
  'gid',
  'detached',
  'argv0',
  'windowsHide',
] as const;

// The options of text mode and buffering: streams are bytes here. Each with the value that changes nothing.
const REFUSED: Readonly<Record<string, unknown>> = {
  universalNewlines: false,
  text: false,
  encoding: null,
  errors: null,
  bufsize: 0,
};

/**
 * Refuses the options that are refused in the reference, too.
 *
 * @param shell - the value of `shell` that changes nothing
 */
export function refuseOptions(given: SubprocessOptions | null | undefined, shell: boolean): void {
  const known = [...OPTIONS, ...Object.keys(REFUSED), 'shell', 'stdio'];
  const options = checkOptions(given as Record<string, unknown> | null | undefined, known);
  for (const [name, allowed] of Object.entries({ ...REFUSED, shell })) {
    const value = options[name];
    const isHarmless = value === undefined || value === allowed || (value === null && !allowed);
    if (!isHarmless) throw new ValueError(`${name} must be ${allowed}, not ${String(value)}`);
  }
  // Node's name for it; ignoring it silently would do harm.
  if (options.stdio !== undefined) {
    throw new ValueError(
      'stdio is no option: use stdin, stdout, stderr and, for further descriptors, extraStdio',
    );
  }
}

/**
 * Checks the options.
 *
 * @throws {TypeError} for a value of the wrong type
 * @throws {ValueError} for an impossible value
 */
export function checkProcessOptions(given: SubprocessOptions | null | undefined): ProcessOptions {
  const options = given ?? {};
  return {
    cwd: checkCwd(options.cwd),
    env: checkEnv(options.env),
    uid: checkId(options.uid, 'uid'),
    gid: checkId(options.gid, 'gid'),
    detached: checkFlag(options.detached, 'detached'),
    argv0: isNone(options.argv0) ? undefined : checkText(options.argv0, 'argv0'),
    windowsHide: checkFlag(options.windowsHide, 'windowsHide'),
  };
}

function isNone(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function checkCwd(cwd: unknown): string | undefined {
  if (isNone(cwd)) return undefined;
  return checkText(cwd instanceof URL ? fileURLToPath(cwd) : cwd, 'cwd');
}

function checkEnv(env: unknown): NodeJS.ProcessEnv | undefined {
  if (isNone(env)) return undefined;
  if (typeof env !== 'object') throw typeError('env', 'an object with strings', env);
  const entries = Object.entries(env).filter(([, value]) => value !== undefined);
  for (const [name, value] of entries) {
    if (typeof value !== 'string') throw typeError(`env.${name}`, 'a string', value);
    if (name === '' || name.includes('='))
      throw valueError('env', "without names that are empty or hold a '='", name);
    if (name.includes('\0') || value.includes('\0'))
      throw valueError(`env.${name}`, 'without null bytes', value);
  }
  return Object.fromEntries(entries) as NodeJS.ProcessEnv;
}

function checkId(id: unknown, name: string): number | undefined {
  return isNone(id) ? undefined : checkInteger(id, name, { min: 0, max: 0x7fffffff });
}

function checkFlag(flag: unknown, name: string): boolean {
  if (isNone(flag)) return false;
  if (typeof flag !== 'boolean') throw typeError(name, 'a boolean', flag);
  return flag;
}

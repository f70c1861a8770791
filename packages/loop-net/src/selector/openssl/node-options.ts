import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const ENV_FILE = /^--env[-_]file/;

/** `null` until read; `undefined` where it cannot be known. */
let atStart: string | null | undefined = null;

/**
 * The options that this process was started with, in one text, with dashes where Node accepts underscores, too. Some
 * hold for the whole process, but a worker thread may have been given an environment and `execArgv` of its own, which
 * do not show them.
 *
 * @returns `null` where they are not known
 */
export function nodeOptions(): string | null {
  if (atStart === null) atStart = optionsAtStart();
  if (atStart === undefined) return null;
  return [process.env.NODE_OPTIONS, ...process.execArgv, atStart].join(' ').replaceAll('_', '-');
}

/** The value that a variable of the environment had when the process started; `''` where it had none. */
export function variableAtStart(name: string): string {
  const start = `${name}=`;
  return (
    filed('environ')
      .find((entry) => entry.startsWith(start))
      ?.slice(start.length) ?? ''
  );
}

function optionsAtStart(): string | undefined {
  try {
    // A program may have removed the variable since.
    const variable = variableAtStart('NODE_OPTIONS');
    if (isMainThread) return variable;
    const [program, ...args] = filed('cmdline');
    // A process that has been given a title has lost its arguments.
    if (program !== process.argv0 || args.includes('')) return undefined;
    // A file of variables may have more options.
    if (args.some((argument) => ENV_FILE.test(argument))) return undefined;
    return [variable, ...args].join(' ');
  } catch {
    return undefined;
  }
}

/** What Linux keeps of a start of this process. @throws {Error} where it does not show that */
function filed(name: 'cmdline' | 'environ'): string[] {
  return readFileSync(`/proc/self/${name}`, 'latin1').slice(0, -1).split('\0');
}

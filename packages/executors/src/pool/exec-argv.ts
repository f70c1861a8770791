const WITH_VALUE = new Set(['-e', '--eval', '-p', '--print', '-pe', '--input-type']);

/**
 * This process's own flags for a worker, without those that say that the program is a text and not a file.
 *
 * @returns the flags, or `undefined` when all of them can be inherited as they are
 */
export function inheritedExecArgv(): string[] | undefined {
  const kept: string[] = [];
  let wasDropped = false;
  for (let i = 0; i < process.execArgv.length; i++) {
    const flag = process.execArgv[i]!;
    const [name = ''] = flag.split('=', 1);
    if (!WITH_VALUE.has(name)) {
      kept.push(flag);
      continue;
    }
    wasDropped = true;
    if (!flag.includes('=')) i++;
  }
  return wasDropped ? kept : undefined;
}

/**
 * The flags of this process for a worker process that runs built code: without those that say that the program is a
 * text and not a file, and without the one by which programs of this repository read packages from their sources.
 *
 * @returns the flags
 */
export function builtWorkerExecArgv(): string[] {
  return (inheritedExecArgv() ?? process.execArgv).filter((flag) => flag !== '--conditions=bight-source');
}

import nodeProcess from 'node:process';

const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * The command that runs a test again with a seed.
 *
 * @param test - the name of the test; by default the whole program runs
 */
export function replayCommand(seed: number, test?: string): string {
  const { env, argv, execArgv } = nodeProcess;
  const assignment = `BIGHT_SEED=${seed}`;
  if (env.JEST_WORKER_ID !== undefined) return join(assignment, 'npx', 'jest', ...pattern('-t', test));
  if (env.VITEST !== undefined) return join(assignment, 'npx', 'vitest', 'run', ...pattern('-t', test));
  const program = argv.slice(1).map((one) => one.replace(`${nodeProcess.cwd()}/`, ''));
  if (env.NODE_TEST_CONTEXT !== undefined) {
    return join(assignment, 'node', '--test', ...pattern('--test-name-pattern', test), ...program);
  }
  return join(assignment, 'node', ...execArgv, ...program);
}

function pattern(flag: string, test: string | undefined): string[] {
  return test === undefined ? [] : [flag, test.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')];
}

function join(assignment: string, ...words: string[]): string {
  const quoted = words.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
  return [assignment, ...quoted].join(' ');
}

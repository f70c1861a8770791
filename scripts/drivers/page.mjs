// Writes docs/drivers.md: which checks of which driver pass on which loop.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../packages.mjs';
import { run } from '../run.mjs';

/**
 * Writes the page.
 *
 * @param results - of all checks on all loops
 * @param versionOf - the version of a package
 */
export function writePage(results, versionOf) {
  const file = path.join(root, 'docs', 'drivers.md');
  const loops = [...new Set(results.map(({ loop }) => loop))];
  const rows = [...new Set(results.map(({ driver, title }) => `${driver}|${title}`))].map((key) => {
    const [driver, title] = key.split('|');
    const cells = loops.map((loop) => {
      const found = results.find(
        (result) => result.driver === driver && result.title === title && result.loop === loop,
      );
      if (found === undefined) return '';
      return found.problem === null ? 'yes' : 'no';
    });
    const { module = driver } = results.find((result) => result.driver === driver);
    return `| ${module === null ? driver : `${driver} ${versionOf(module)}`} | ${title} | ${cells.join(' | ')} |`;
  });
  const text = [
    '# Drivers, clients and frameworks',
    '',
    'Written by `node scripts/drivers.mjs`, which installs the published packages and runs each with real servers on the',
    'loopback interface, on both loops, or in `simulate()` on the VirtualEventLoop ' +
      `(Node ${process.version}). It also runs the programs`,
    'of the [recipes](driver-recipes.md), which show how to set up each package.',
    '',
    `| package | check | ${loops.join(' | ')} |`,
    `| --- | --- | ${loops.map(() => '---').join(' | ')} |`,
    ...rows,
    '',
  ];
  writeFileSync(file, text.join('\n'));
  run('npx', ['biome', 'format', '--write', file], { cwd: root });
}

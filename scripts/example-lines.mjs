// What each example cost: writes the number of lines of each file into the tables of the examples' READMEs. `node
// scripts/example-lines.mjs`; with --check it says which are wrong. Empty lines and comments count, too.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './packages.mjs';
import { run } from './run.mjs';

const sources = path.join(root, 'examples', 'src');

/** The READMEs of the examples, as they should be. */
export function countedReadmes() {
  const names = readdirSync(sources, { recursive: true }).filter(
    (name) => path.basename(name) === 'README.md',
  );
  return names.map((name) => {
    const file = path.join(sources, name);
    const text = readFileSync(file, 'utf8');
    return { file, text, counted: counted(text, path.dirname(file)) };
  });
}

/** The last cell of a row that begins with a link to a source becomes its number of lines. */
function counted(text, folder) {
  return text.replace(
    /^(\| *\[[^\]]+\]\(([^)]+\.ts)\).*\| )(\d+) *(\|)$/gm,
    (_, before, link, number, end) => {
      const lines = String(readFileSync(path.join(folder, link), 'utf8').split('\n').length - 1);
      return `${before}${lines.padEnd(number.length)}${end}`;
    },
  );
}

/** Without the columns' widths. */
const narrow = (text) => text.replace(/ +\|/g, ' |');

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { file, text, counted } of countedReadmes()) {
    if (narrow(text) === narrow(counted)) continue;
    console.log(path.relative(root, file));
    if (process.argv.includes('--check')) process.exitCode = 1;
    else {
      writeFileSync(file, counted);
      run('npx', ['biome', 'format', '--write', file], { cwd: root });
    }
  }
}

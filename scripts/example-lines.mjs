// Counts the lines of the examples' files, and writes the numbers into the tables of their READMEs. With --check it
// names the READMEs whose numbers are wrong, and fails. Empty lines and comments count, too.
//
//   node scripts/example-lines.mjs [--check]
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './packages.mjs';
import { run } from './run.mjs';

const sources = path.join(root, 'examples', 'src');

/** The READMEs of the examples, and their text with the right numbers. */
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

/** The last cell of a row whose first cell has links to sources becomes the number of their lines. */
function counted(text, folder) {
  return text.replace(/^(\| *\[[^|]*\.ts\)[^|]*\|.*\| )(\d+)( *\|)$/gm, (row, before, number, end) => {
    const [, files] = row.split('|');
    const lines = [...files.matchAll(/\]\(([^)]+\.ts)\)/g)]
      .map(([, file]) => readFileSync(path.join(folder, file), 'utf8').split('\n').length - 1)
      .reduce((sum, count) => sum + count);
    return `${before}${String(lines).padEnd(number.length)}${end}`;
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { file, text, counted } of countedReadmes()) {
    if (text === counted) continue;
    console.log(path.relative(root, file));
    if (process.argv.includes('--check')) process.exitCode = 1;
    else {
      writeFileSync(file, counted);
      run('npx', ['biome', 'format', '--write', file], { cwd: root });
    }
  }
}

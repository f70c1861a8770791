// The programs of the documentation, with the output or answer that is documented for each.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../packages.mjs';

const pages = ['in-node-programs.md', 'driver-recipes.md'];

/** A program, and the documented output or answer after it. */
const PROGRAM =
  /^```js\n(?<code>.*?)^```\n+(?:(?<how>It prints|A request for `\/tea` gets|A connection gets):\n+```text\n(?<expected>.*?)^```)?/gms;

/** The environment variables of a program: `NAME_URL`. */
const VARIABLE = /process\.env\.(\w+)/g;

const hows = new Map([
  ['It prints', 'prints'],
  ['A request for `/tea` gets', 'answers'],
  ['A connection gets', 'greets'],
]);

/**
 * All programs of the pages.
 *
 * @returns of each program: the title, the code, the kind of check (`'prints'`, `'answers'` or `'greets'`), the
 *   expected text, and the variables that it reads
 * @throws if a program has no documented output
 */
export function documentedPrograms() {
  return pages.flatMap((page) => {
    const text = readFileSync(path.join(root, 'docs', page), 'utf8');
    return [...text.matchAll(PROGRAM)].map(({ groups: { code, how, expected }, index }) => {
      const title =
        text
          .slice(0, index)
          .match(/^## .*$/gm)
          ?.at(-1)
          ?.slice(3) ?? page;
      if (how === undefined) throw new Error(`docs/${page}, ${title}: a program does not say what it prints`);
      const variables = [...new Set([...code.matchAll(VARIABLE)].map(([, name]) => name))];
      return { page, title, code, how: hows.get(how), expected, variables };
    });
  });
}

/**
 * The lines of the table that gives each request a context of its own, by framework.
 *
 * @returns the code of each, such as `app.use(…)`, by the names in the first column
 */
export function documentedLines() {
  const text = readFileSync(path.join(root, 'docs', 'in-node-programs.md'), 'utf8');
  const rows = text.matchAll(
    /^\| (?<names>[^|]+?) +\| `(?<code>[^|]*(?:app\.|createServer\(taskify)[^|]*)` +\|$/gm,
  );
  return new Map([...rows].map(({ groups: { names, code } }) => [names, code]));
}

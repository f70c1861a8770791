// Programs that compare the names of exported classes and functions with the names of the exports.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

/** Writes a program that fails when a class or a function has another name than its export. */
export function writeNameCheck(file, specifiers) {
  writeFileSync(
    file,
    `${importsOf(specifiers)}
const problems = [];
for (const [specifier, names] of Object.entries(modules)) {
  for (const [name, value] of Object.entries(names)) {
    // Functions from factories have no name, and \`EventLoop\` is a second name for one of two exported classes.
    if (typeof value !== 'function' || value.name === '' || names[value.name] === value) continue;
    problems.push(\`\${specifier}: \${name} is called '\${value.name}'\`);
  }
}
if (problems.length > 0) throw new Error(problems.join('\\n'));
`,
  );
}

/** Writes a minified bundle of the packages, which fails when an error does not say what it is. */
export async function writeMinifiedNameCheck(file, specifiers) {
  const contents = `${importsOf(specifiers)}
const problems = [];
let checked = 0;
for (const [specifier, names] of Object.entries(modules)) {
  for (const [name, value] of Object.entries(names)) {
    if (typeof value !== 'function' || !(value.prototype instanceof Error)) continue;
    checked++;
    if (value.prototype.name !== name) problems.push(\`\${specifier}: \${name} is called '\${value.prototype.name}'\`);
  }
}
if (checked === 0) problems.push('no error was found');
if (problems.length > 0) throw new Error(problems.join('\\n'));
`;
  mkdirSync(path.dirname(file), { recursive: true });
  await build({
    stdin: { contents, resolveDir: path.dirname(file) },
    outfile: file,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    // A bundle has no \`import.meta.resolve\`, and no \`require\` for what is in it.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
}

function importsOf(specifiers) {
  const imports = specifiers.map((specifier, index) => `import * as m${index} from '${specifier}';\n`);
  const modules = specifiers.map((specifier, index) => `'${specifier}': m${index}`);
  return `${imports.join('')}const modules = { ${modules.join(', ')} };\n`;
}

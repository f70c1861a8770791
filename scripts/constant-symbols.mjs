// Makes the symbols of a package's private members constants of each file that uses them (decision 028). In the sources
// they are exported constants of `internals.ts`. esbuild makes them `var`s, shared between the files of a bundle, and
// keeps the keys of fields in variables of their own. V8 compiles `this[kState]` as well as `this.state` only if it can
// see that the key never changes; an import or a `var` may change. The symbols are registered, so each file can make
// its own. No line moves, and source maps stay right.

const MADE = /^var (k[A-Z]\w*) = (?:\/\* @__PURE__ \*\/ )?(Symbol\.for\("[^"]+"\));$/gm;
const IMPORTED = /^import \{([^}]*)\} from "\.{1,2}\/[^"]+\.js";$/gm;
const EXPORTED = /^export \{([^}]*)\};$/gm;

/**
 * The texts of a package's files, with constant symbols.
 * @param {Map<string, string>} texts the files that esbuild has written to one folder, by name
 * @returns {Map<string, string>}
 */
export function withConstantSymbols(texts) {
  const made = new Map();
  for (const text of texts.values()) for (const [, name, value] of text.matchAll(MADE)) made.set(name, value);
  // A symbol that a file imports under another name stays shared.
  for (const text of texts.values())
    for (const [, name] of text.matchAll(/\b(k[A-Z]\w*) as /g)) made.delete(name);
  return new Map([...texts].map(([file, text]) => [file, constantIn(file, text, made)]));
}

function constantIn(file, text, made) {
  const imported = [];
  let result = text.replace(MADE, (line, name) => (made.has(name) ? line.replace('var', 'const') : line));
  result = result.replace(IMPORTED, (list) => withoutNames(list, made, imported));
  // An entry point keeps its exports.
  if (file.startsWith('chunk-')) result = result.replace(EXPORTED, (list) => withoutNames(list, made, []));
  // `_a = kState`, among the computed names of a class, for `this[_a] = …` in its constructor.
  for (const [, variable, name] of result.matchAll(/\b(_[a-z]\w*) = (k[A-Z]\w*)(?=[,;)\]])/g))
    if (made.has(name)) result = result.replaceAll(`this[${variable}]`, `this[${name}]`);
  return imported.map((name) => `const ${name} = ${made.get(name)};`).join('') + result;
}

/** A list of imports or exports, one to a line, without those names. */
function withoutNames(list, made, dropped) {
  return list.replace(/(?<=\n) +(k[A-Z]\w*),?(?=\n)/g, (line, name) => {
    if (!made.has(name)) return line;
    dropped.push(name);
    return '';
  });
}

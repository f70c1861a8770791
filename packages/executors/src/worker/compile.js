import Module from 'node:module';
import path from 'node:path';
import vm from 'node:vm';

/** The file name that a function sent as source text has in stack traces. */
export const CALL_FILE = '[executor-call].cjs';

const MOST_COMPILED = 250;
const compiled = new Map();

/**
 * The function that a source text describes, compiled once. It is compiled as a CommonJS module that would lie in the
 * working directory, because only a module can use `import()` (and has `require`), with the program's own packages.
 *
 * @param {string} source the text of a function expression
 * @param {string} name the function's name; a function that calls itself by it is treated as one that was declared
 *   with it
 * @returns {Function}
 */
export function compile(source, name) {
  const known = compiled.get(source);
  if (known !== undefined && known.name === name) return known.func;
  if (compiled.size >= MOST_COMPILED) compiled.clear();
  const func = evaluate(source, name);
  compiled.set(source, { name, func });
  return func;
}

function evaluate(source, name) {
  const directory = workingDirectory();
  const file = path.join(directory, CALL_FILE);
  const module = new Module(file);
  module.filename = file;
  module.paths = Module._nodeModulePaths(directory);
  const bound = canBind(name) ? name : '__call';
  // Compilers that keep the names of functions wrap them in calls of a helper that stays behind in their output.
  const helper =
    "const __name = (f, value) => Object.defineProperty(f, 'name', { value, configurable: true });";
  const body = `'use strict';${helper}module.exports = (() => { const ${bound} = (${source}\n); return ${bound}; })();`;
  module._compile(body, file);
  return module.exports;
}

/**
 * Whether the function's name may be a variable around it: so that `const fib = (n) => … fib(n - 1) …` works like the
 * declaration of `fib`. A global of that name is what such a function means rather than itself.
 */
function canBind(name) {
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) || name === '__name' || name in globalThis)
    return false;
  try {
    new vm.Script(`'use strict';const ${name} = 0;`);
    return true;
  } catch {
    return false;
  }
}

/** The working directory, or the root when it has been removed. */
function workingDirectory() {
  try {
    return process.cwd();
  } catch {
    return path.parse(process.execPath).root;
  }
}

/**
 * The error of a function that uses variables of the place where it was written, with a message that names the remedy.
 *
 * @param {unknown} error what the call threw
 * @returns {unknown} the same error
 */
export function explainFreeVariable(error) {
  if (!(error instanceof ReferenceError)) return error;
  const [, variable] = /^(\S+) is not defined$/.exec(error.message) ?? [];
  const [, frame = ''] = /\n\s+at ([^\n]*)/.exec(error.stack ?? '') ?? [];
  if (variable === undefined || !frame.includes(CALL_FILE)) return error;
  const message =
    `${error.message}: an executor sends a function as source text, without the variables around it. ` +
    `Pass ${variable} as an argument, load it with await import(…), or name an export with taskFrom(url, name)`;
  error.stack = error.stack.replace(error.message, () => message);
  error.message = message;
  return error;
}

// Jest's runtime, which compiles a module once a worker instead of once a test file. Every test file still evaluates
// every module that it imports in a context of its own: what is shared is the compiled code. Jest compiles its own
// modules, and ours, anew for each of hundreds of test files, which was most of what a short one took.
const { createRequire } = require('node:module');
const vm = require('node:vm');

// A dependency of a dependency of jest.
const chain = ['jest', 'jest-cli', 'jest-config', 'jest-runner', 'jest-runtime'];
const file = chain.reduce((from, name) => createRequire(from).resolve(name), __filename);
const { default: Runtime } = require(file);

/**
 * What the language has, and no test replaces. A global variable of a context takes code twenty times as long as one of
 * its own: modules have these as their own. `Date` is not among them, since fake timers replace it.
 */
const LANGUAGE = `
  AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Error EvalError
  FinalizationRegistry Float32Array Float64Array Function Int16Array Int32Array Int8Array JSON Map Math Number Object
  Promise Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol SyntaxError TypeError
  URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet isFinite isNaN parseFloat
  parseInt
`
  .trim()
  .split(/\s+/)
  .join(', ');

/** Compiled modules, by their file. */
const scripts = new Map();

/** What the language has, by context. */
const languages = new WeakMap();

/** What the modules of the test file that runs now have: a worker runs one after the other. */
let executor;

module.exports = class SharedCodeRuntime extends Runtime {
  constructor(...args) {
    super(...args);
    executor = this.executor;
    const compileAnew = executor.compile;
    executor.compile = (source, filename) => compile(source, filename, compileAnew);
  }
};

/** @returns a function with jest's parameters whose body is a module, in the context of the running test file */
function compile(source, filename, compileAnew) {
  const context = executor.environment.getVmContext();
  if (context === null || context === undefined) return null;
  let script = scripts.get(filename);
  if (script?.source !== source) {
    script = { source, compiled: wrapped(source, filename) };
    // The test file itself is not needed again.
    if (filename !== executor.testPath) scripts.set(filename, script);
  }
  // Jest reports better what is wrong with a module.
  return (
    script.compiled?.runInContext(context)(languageOf(context)) ??
    compileAnew.call(executor, source, filename)
  );
}

/** What the language has in a context, in an object that is faster to read than the context. */
function languageOf(context) {
  let language = languages.get(context);
  if (language === undefined) {
    language = vm.runInContext(`({ ${LANGUAGE} })`, context);
    languages.set(context, language);
  }
  return language;
}

function wrapped(source, filename) {
  const start = `(({ ${LANGUAGE} }) => function (${executor.injectedModuleParameters.join(', ')}) {`;
  try {
    return new vm.Script(`${start}${source}\n})`, {
      filename,
      columnOffset: -start.length,
      importModuleDynamically: (specifier, _script, attributes, phase) =>
        executor.dynamicImport(specifier, filename, executor.environment.getVmContext(), attributes, phase),
    });
  } catch {
    return null;
  }
}

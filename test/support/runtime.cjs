// Jest's runtime, which compiles a module once a worker instead of once a test file. Every test file still evaluates
// every module that it imports in a context of its own: what is shared is the compiled code. Jest compiles its own
// modules, and ours, anew for each of hundreds of test files, which was most of what a short one took.
const { createRequire } = require('node:module');
const vm = require('node:vm');

// A dependency of a dependency of jest.
const chain = ['jest', 'jest-cli', 'jest-config', 'jest-runner', 'jest-runtime'];
const file = chain.reduce((from, name) => createRequire(from).resolve(name), __filename);
const { default: Runtime } = require(file);

/** Compiled modules, by their file. */
const scripts = new Map();

/** What the modules of the test file that runs now have: a worker runs one after the other. */
let executor;

module.exports = class SharedCodeRuntime extends Runtime {
  constructor(...args) {
    super(...args);
    executor = this.executor;
    const { testPath } = executor;
    const compileAnew = executor.compile;
    executor.compile = (source, filename) =>
      filename === testPath
        ? compileAnew.call(this.executor, source, filename)
        : compile(source, filename, compileAnew);
  }
};

/** Returns a function with jest's parameters whose body is a module, in the context of the running test file. */
function compile(source, filename, compileAnew) {
  const context = executor.environment.getVmContext();
  if (context === null || context === undefined) return null;
  let script = scripts.get(filename);
  if (script?.source !== source) {
    script = { source, compiled: wrapped(source, filename) };
    scripts.set(filename, script);
  }
  // What is wrong with a module, jest says better.
  return script.compiled?.runInContext(context) ?? compileAnew.call(executor, source, filename);
}

function wrapped(source, filename) {
  const start = `(function (${executor.injectedModuleParameters.join(', ')}) {`;
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

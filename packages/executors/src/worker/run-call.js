import { adopt } from './adopt.js';
import { compile, explainFreeVariable } from './compile.js';
import { knownExport, loadExport } from './load-export.js';

/**
 * Makes the call that a message describes. What can be had without waiting is: a function that does not wait makes a
 * call that does not.
 *
 * @param {import('../calls/call-message.js').CallMessage} message
 * @returns {unknown} the result, or a promise or another thenable that stands for it
 */
export function runCall(message) {
  if (message.variables.length > 0) return runWithVariables(message);
  const { source, url, name } = message;
  if (url === '') return apply(compile(source, name), message);
  const known = knownExport(url, name);
  if (known !== undefined) return apply(known, message);
  return loadExport(url, name).then((func) => apply(func, message));
}

function apply(func, message) {
  if (typeof func !== 'function') throw new TypeError(`${message.name} of ${message.url} is not a function`);
  if (message.isChunk) return applyToEach(func, message);
  if (message.url !== '') return func(...message.args);
  try {
    const result = func(...message.args);
    return adopt(result)?.then(undefined, rethrowExplained) ?? result;
  } catch (error) {
    throw explainFreeVariable(error);
  }
}

function rethrowExplained(error) {
  throw explainFreeVariable(error);
}

async function applyToEach(func, { args, ...message }) {
  const results = [];
  for (const item of args) results.push(await apply(func, { ...message, isChunk: false, args: [item] }));
  return results;
}

/**
 * Sets context variables for the time of one call. A worker runs one call at a time, so the worker's own context can
 * hold them; that spares the worker a copy of the package that the variables come from.
 */
async function runWithVariables(message) {
  const tokens = [];
  try {
    for (const { url, name, value } of message.variables) {
      const variable = await loadExport(url, name);
      if (typeof variable?.set !== 'function' || typeof variable.reset !== 'function') {
        throw new TypeError(`${name} of ${url} is not a ContextVar`);
      }
      tokens.push([variable, variable.set(value)]);
    }
    return await runCall({ ...message, variables: [] });
  } finally {
    for (const [variable, token] of tokens.reverse()) variable.reset(token);
  }
}

const loaded = new Map();

/**
 * What a module exports under a name, if it has been loaded.
 *
 * @param {string} url the module's address
 * @param {string} name the name of the export
 * @returns {unknown} the value; `undefined` when the module has to be loaded
 */
export function knownExport(url, name) {
  return loaded.get(keyOf(url, name));
}

/**
 * What a module exports under a name. Loads the module, the first time.
 *
 * @param {string} url the module's address
 * @param {string} name the name of the export
 * @returns {Promise<unknown>} the value
 * @throws {TypeError} (asynchronously) when there is no such export
 */
export async function loadExport(url, name) {
  const module = await import(url);
  const found = name in module ? module : module.default;
  const value = found?.[name];
  if (value === undefined) {
    const names = Object.keys(module).map((key) => JSON.stringify(key));
    throw new TypeError(
      `${url} does not export ${JSON.stringify(name)}; it exports ${names.join(', ') || 'nothing'}`,
    );
  }
  loaded.set(keyOf(url, name), value);
  return value;
}

function keyOf(url, name) {
  return `${name} ${url}`;
}

const loaded = new Map();

/**
 * What a module exports under a name; after the first time without waiting.
 *
 * @param {string} url the module's address
 * @param {string} name the name of the export
 * @returns {unknown} the value, or a promise of it when the module has to be loaded
 */
export function loadExport(url, name) {
  const key = `${name} ${url}`;
  return loaded.has(key) ? loaded.get(key) : load(key, url, name);
}

async function load(key, url, name) {
  const module = await import(url);
  const found = name in module ? module : module.default;
  const value = found?.[name];
  if (value === undefined) {
    const names = Object.keys(module).map((key) => JSON.stringify(key));
    throw new TypeError(
      `${url} does not export ${JSON.stringify(name)}; it exports ${names.join(', ') || 'nothing'}`,
    );
  }
  loaded.set(key, value);
  return value;
}

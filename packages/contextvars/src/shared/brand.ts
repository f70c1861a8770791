/**
 * The registered symbol of a class name: every copy of this package puts it on the prototype of its class of that name.
 */
export function brand(name: string): symbol {
  return Symbol.for(`@bight/contextvars.${name}`);
}

/** Whether a value carries the brand, whichever copy of the package made it. */
export function hasBrand(value: unknown, symbol: symbol): boolean {
  return typeof value === 'object' && value !== null && symbol in value;
}

/**
 * Brands a class, and makes `instanceof` look for the brand. npm may install a package twice in one process, and the
 * two copies of a class share nothing but their name: a symbol of the process-wide registry, on the prototype, is what
 * they recognise each other by.
 */
export function brandClass(branded: Function, symbol: symbol): void {
  Object.defineProperty(branded.prototype, symbol, { value: true });
  Object.defineProperty(branded, Symbol.hasInstance, {
    configurable: true,
    value(this: Function, value: unknown): boolean {
      // Subclasses inherit this method but not the meaning.
      if (this !== branded) return Function.prototype[Symbol.hasInstance].call(this, value);
      return hasBrand(value, symbol);
    },
  });
}

const ordinaryHasInstance = Function.prototype[Symbol.hasInstance];

/**
 * Makes `value instanceof shared` true for instances made by another installed copy of the same class.
 *
 * npm may install a package twice in one process; the two copies of a class share nothing but their name. A symbol
 * from the process-wide registry, left on the prototype, is what they recognise each other by. Subclasses inherit
 * the static method, so it answers by brand only for the class that it was made for, and as usual for any other.
 */
export function shareAcrossCopies(shared: Function, name: string): void {
  const brand = brandOf(name);
  Object.defineProperty(shared.prototype, brand, { value: true });
  Object.defineProperty(shared, Symbol.hasInstance, {
    configurable: true,
    value(this: Function, value: unknown): boolean {
      if (this !== shared) return ordinaryHasInstance.call(this, value);
      return typeof value === 'object' && value !== null && brand in value;
    },
  });
}

/** Lets the instances of `shared` pass for instances of a second class too, since a class extends only one. */
export function alsoInstanceOf(shared: Function, name: string): void {
  Object.defineProperty(shared.prototype, brandOf(name), { value: true });
}

function brandOf(name: string): symbol {
  return Symbol.for(`@bight/loop-abstract/${name}`);
}

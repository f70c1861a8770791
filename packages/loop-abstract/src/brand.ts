import { brandClass } from '@bight/contextvars/low-level';

/** Makes `value instanceof shared` true for instances made by another installed copy of the same class. */
export function shareAcrossCopies(shared: Function, name: string): void {
  brandClass(shared, brandOf(name));
}

/** Lets the instances of `shared` pass for instances of a second class too, since a class extends only one. */
export function alsoInstanceOf(shared: Function, name: string): void {
  Object.defineProperty(shared.prototype, brandOf(name), { value: true });
}

function brandOf(name: string): symbol {
  return Symbol.for(`@bight/loop-abstract/${name}`);
}

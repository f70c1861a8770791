import { shareAcrossCopies } from '../brand.js';

/**
 * Completes an error class, from its static block. The name goes on the prototype because V8 reads it for the first
 * line of `stack` while the error is made, when an own property would not be there yet.
 */
export function defineError(errorClass: Function, name: string): void {
  Object.defineProperty(errorClass.prototype, 'name', { value: name, writable: true, configurable: true });
  shareAcrossCopies(errorClass, name);
}

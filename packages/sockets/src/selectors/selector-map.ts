import type { FileObject, SelectorKey } from './selector-key.js';

/** The registrations as `getMap()` shows them. */
export class SelectorMap<D> implements ReadonlyMap<FileObject, SelectorKey<D>> {
  readonly #keys: ReadonlyMap<number, SelectorKey<D>>;
  readonly #find: (fileobj: FileObject) => SelectorKey<D> | undefined;

  constructor(
    keys: ReadonlyMap<number, SelectorKey<D>>,
    find: (fileobj: FileObject) => SelectorKey<D> | undefined,
  ) {
    this.#keys = keys;
    this.#find = find;
  }

  get size(): number {
    return this.#keys.size;
  }

  get(fileobj: FileObject): SelectorKey<D> | undefined {
    return this.#find(fileobj);
  }

  has(fileobj: FileObject): boolean {
    return this.#find(fileobj) !== undefined;
  }

  forEach(
    visit: (key: SelectorKey<D>, fileobj: FileObject, map: ReadonlyMap<FileObject, SelectorKey<D>>) => void,
    self?: unknown,
  ): void {
    for (const key of this.values()) visit.call(self, key, key.fileobj, this);
  }

  values(): MapIterator<SelectorKey<D>> {
    return this.#keys.values();
  }

  *keys(): MapIterator<FileObject> {
    for (const key of this.values()) yield key.fileobj;
  }

  *entries(): MapIterator<[FileObject, SelectorKey<D>]> {
    for (const key of this.values()) yield [key.fileobj, key];
  }

  [Symbol.iterator](): MapIterator<[FileObject, SelectorKey<D>]> {
    return this.entries();
  }
}

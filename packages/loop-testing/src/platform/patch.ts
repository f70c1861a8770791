/** A function of the platform that is replaced while a simulation runs. */
export interface Patch {
  readonly target: object;
  readonly name: PropertyKey;
  /** Makes the replacement. */
  make(original: never): unknown;
  /** Whether it is a getter, and what it replaces as well. */
  readonly isGetter?: boolean;
}

/**
 * Names a property of the platform, and what stands there during a simulation. A property that there is not is left
 * alone.
 */
export function patch<F>(target: object | undefined, name: PropertyKey, make: (original: F) => F): Patch[] {
  const given = target === undefined ? undefined : (target as Record<PropertyKey, unknown>)[name];
  return given === undefined ? [] : [{ target: target as object, name, make: make as Patch['make'] }];
}

/** {@link patch} for a property that has a getter: that is replaced. */
export function patchGetter<T extends object>(
  target: T,
  name: PropertyKey,
  make: (original: (this: T) => never) => (this: T) => unknown,
): Patch[] {
  return getterOf(target, name) === undefined
    ? []
    : [{ target, name, make: make as Patch['make'], isGetter: true }];
}

/**
 * {@link patchGetter} for a property that has a getter or a value: a getter of Node may replace itself with what it has
 * returned first, on the object that it is called on.
 */
export function patchReading(
  target: object,
  name: PropertyKey,
  make: (original: () => unknown) => () => unknown,
): Patch[] {
  return name in target ? [{ target, name, make: make as Patch['make'], isGetter: true }] : [];
}

function getterOf(target: object, name: PropertyKey): (() => unknown) | undefined {
  for (let owner: object | null = target; owner !== null; owner = Object.getPrototypeOf(owner)) {
    const found = Object.getOwnPropertyDescriptor(owner, name);
    if (found !== undefined) return found.get;
  }
  return undefined;
}

/** What a patch replaces: of one that is read, the getter, or one that returns the value. */
function given({ target, name, isGetter }: Patch): unknown {
  if (isGetter !== true) return (target as Record<PropertyKey, unknown>)[name];
  const getter = getterOf(target, name);
  if (getter !== undefined) return getter;
  const value = (target as Record<PropertyKey, unknown>)[name];
  return () => value;
}

/** What can be assigned to can be assigned to still. */
function accessor({ target, name }: Patch, before: PropertyDescriptor | undefined, get: unknown) {
  const isWritable = before?.set !== undefined || before?.writable === true;
  const set = (value: unknown) => {
    Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: true });
  };
  return { get: get as () => unknown, set: isWritable ? set : undefined };
}

interface Applied {
  readonly patch: Patch;
  readonly before: PropertyDescriptor | undefined;
  readonly replacement: unknown;
}

/**
 * Puts the replacements in place.
 *
 * @returns a function that restores what was there, except where another replacement has been put on top meanwhile
 */
export function apply(patches: readonly Patch[]): () => void {
  const applied = patches.flatMap((one): Applied[] => {
    const before = Object.getOwnPropertyDescriptor(one.target, one.name);
    if (before?.configurable === false) return [];
    const replacement = one.make(given(one) as never);
    Object.defineProperty(one.target, one.name, {
      ...(one.isGetter ? accessor(one, before, replacement) : { value: replacement, writable: true }),
      configurable: true,
      enumerable: before?.enumerable ?? true,
    });
    return [{ patch: one, before, replacement }];
  });
  return () => {
    for (const { patch: one, before, replacement } of applied.reverse()) {
      const now = Object.getOwnPropertyDescriptor(one.target, one.name);
      if ((one.isGetter ? now?.get : now?.value) !== replacement) continue;
      if (before === undefined) delete (one.target as Record<PropertyKey, unknown>)[one.name];
      else Object.defineProperty(one.target, one.name, before);
    }
  };
}

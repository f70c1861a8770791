/** The names that a program finds on an object, inherited ones too, but for those of every object. */
export function membersOf(object: object): string[] {
  const names = new Set<string>();
  for (let at: object | null = object; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at))
    for (const name of Object.getOwnPropertyNames(at)) if (!(name in Object.prototype)) names.add(name);
  return [...names].sort();
}

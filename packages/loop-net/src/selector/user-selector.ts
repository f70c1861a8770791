/**
 * A selector that a program makes and that decides readiness: an instance of one of the classes of `@bight/sockets`.
 * What it has is typed here, because that package may be missing.
 */
export interface UserSelector {
  register(fileobj: never, events: number, options?: never): object;
  modify(fileobj: never, events: number, options?: never): object;
  unregister(fileobj: never): object;
  select(timeout?: number | null): [key: object, events: number][];
  getKey(fileobj: never): object;
  getMap(): ReadonlyMap<unknown, object> | null;
  close(): void;
}

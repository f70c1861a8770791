/** Which tasks are wanted. */
export interface TaskRequest {
  /** Of this loop only; `null` for all of them. */
  readonly loop: number | null;
  /** Those with higher numbers. */
  readonly after: number;
  /** At most this many of each loop. */
  readonly limit: number;
}

/** What an inspector needs of what it shows. */
export interface Link {
  snapshot(wanted: TaskRequest): Promise<unknown>;
  counts(): Promise<unknown>;
  cancel(task: number): Promise<boolean | null>;
  profile(since: number): Promise<unknown>;
  trace(seconds: number, whenLag: number | null, loop: number | null): Promise<string>;
}

/** A trace may take so long. */
export const LONGEST_TRACE_SECONDS: number;

/** Listens, and answers. */
export function listen(
  address: { readonly path: string | null; readonly host: string; readonly port: number },
  link: Link,
): Promise<{ url: string | null; token: string | null; port: number | null }>;

import type { TaskRequest } from './task-request.js';

/** What an inspector needs of the threads that it shows. */
export interface Link {
  snapshot(wanted: TaskRequest): Promise<unknown>;
  counts(): Promise<unknown>;
  cancel(task: number): Promise<boolean | null>;
  profile(since: number): Promise<unknown>;
  trace(seconds: number, whenLag: number | null, loop: number | null): Promise<string>;
}

/** How long a trace may take. */
export const LONGEST_TRACE_SECONDS: number;

/** Listens, and answers. */
export function listen(
  address: { readonly path: string | null; readonly host: string; readonly port: number },
  link: Link,
): Promise<{ url: string | null; token: string | null; port: number | null }>;

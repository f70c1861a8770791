/** What an inspector needs of what it shows. */
export interface Link {
  snapshot(): Promise<unknown>;
  cancel(task: number): Promise<boolean | null>;
  profile(since: number): Promise<unknown>;
  trace(seconds: number, whenLag: number | null, loop: number | null): Promise<string>;
}

/** Listens, and answers. */
export function listen(
  address: { readonly path: string | null; readonly host: string; readonly port: number },
  link: Link,
): Promise<{ url: string | null; token: string | null; port: number | null }>;

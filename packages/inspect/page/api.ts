/** A task, as the inspector reports it. */
export interface Task {
  readonly id: number;
  readonly name: string;
  readonly state: string;
  readonly coroutine: string;
  readonly stack: readonly string[];
  readonly awaitedBy: readonly number[];
}

/** A loop, as the inspector reports it. */
export interface Loop {
  readonly id: number;
  readonly name: string;
  readonly running: boolean;
  readonly ready: number;
  readonly timers: number;
  readonly seconds: number;
  readonly busySeconds: number;
  readonly lag: number;
  readonly blockedFor: number;
  readonly blockedStack?: readonly string[] | null;
  readonly handles: readonly {
    readonly kind: string;
    readonly text: string;
    readonly stack: string | null;
  }[];
  readonly tasks: readonly Task[];
}

/** What the inspector reports. */
export interface Snapshot {
  readonly pid: number;
  readonly loops: readonly Loop[];
}

const given =
  new URLSearchParams(location.hash.slice(1)).get('token') ??
  new URLSearchParams(location.search).get('token');
// It stays out of the address bar, of bookmarks and of screenshots.
history.replaceState(null, '', '/');
let token = given ?? '';

/** Whether there is a token to ask with. */
export function hasToken(): boolean {
  return token !== '';
}

/** Asks with this token from now on. */
export function useToken(text: string): void {
  token = text;
}

async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, { ...init, headers: { authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error(((await response.json()) as { error: string }).error);
  return response;
}

/** What is in the loops now. */
export async function snapshot(): Promise<Snapshot> {
  return (await (await request('/api/tasks')).json()) as Snapshot;
}

/** Cancels a task. */
export async function cancel(id: number): Promise<void> {
  await request(`/api/tasks/${id}/cancel`, { method: 'POST' });
}

/** Records what the loop does for some seconds. */
export async function trace(seconds: number): Promise<Blob> {
  return await (await request(`/api/trace?seconds=${seconds}`, { method: 'POST' })).blob();
}

import type { Counts, Profile, Snapshot } from './reports.js';

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
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { authorization: `Bearer ${token}` } });
  } catch {
    throw new Error('The inspector does not answer: has the process ended?');
  }
  if (!response.ok) throw new Error(((await response.json()) as { error: string }).error);
  return response;
}

/** How much there is in the loops now. */
export async function counts(): Promise<{ pid: number; loops: readonly Counts[] }> {
  return await (await request('/api/counts')).json();
}

/** What is in the loops now. */
export async function snapshot(): Promise<Snapshot> {
  return (await (await request('/api/tasks')).json()) as Snapshot;
}

/** Which functions take how long, and the steps since a moment: **milliseconds** of the wall clock. */
export async function profile(since: number): Promise<{ until: number; loops: readonly Profile[] }> {
  return await (await request(`/api/profile?since=${since}`)).json();
}

/** Cancels a task. */
export async function cancel(id: number): Promise<void> {
  await request(`/api/tasks/${id}/cancel`, { method: 'POST' });
}

/** Records what a loop does for some seconds. */
export async function trace(loop: number, seconds: number): Promise<Blob> {
  return await (await request(`/api/trace?loop=${loop}&seconds=${seconds}`, { method: 'POST' })).blob();
}

import type { Member } from '../consensus/configuration.js';
import type { Command, Result } from '../store/commands.js';

/** A client's request, as a line of JSON. */
export type Request =
  | Command
  | { readonly kind: 'get'; readonly key: string }
  | { readonly kind: 'members' }
  | { readonly kind: 'add'; readonly name: string; readonly member: Member }
  | { readonly kind: 'remove'; readonly name: string };

/** A node's reply, as a line of JSON. */
export type Reply =
  | Result
  /** The leader's address for clients. */
  | { readonly ok: false; readonly reason: 'not leading'; readonly leader: string | null }
  /** The outcome of the request is unknown, or it had no effect yet: it should be sent again. */
  | { readonly ok: false; readonly reason: 'again' };

const KINDS: Record<string, readonly (readonly [string, 'string' | 'number'])[]> = {
  open: [],
  put: [
    ['session', 'number'],
    ['sequence', 'number'],
    ['key', 'string'],
    ['value', 'string'],
  ],
  get: [['key', 'string']],
  members: [],
  add: [['name', 'string']],
  remove: [['name', 'string']],
};
KINDS.append = KINDS.put!;
KINDS.delete = KINDS.put!;

/** @returns `null` for an invalid request */
export function parseRequest(line: string): Request | null {
  try {
    const request = JSON.parse(line);
    const fields = Object.hasOwn(KINDS, request.kind) ? KINDS[request.kind] : undefined;
    if (fields === undefined || !fields.every(([name, type]) => typeof request[name] === type)) return null;
    if (request.kind === 'add' && !(isText(request.member?.peers) && isText(request.member?.clients)))
      return null;
    return request as Request;
  } catch {
    return null;
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

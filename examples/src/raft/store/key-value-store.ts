import type { Change, Command, Result } from './commands.js';

interface Session {
  readonly sequence: number;
  readonly result: Result;
}

const MOST_SESSIONS = 1000;

/**
 * The replicated state: every node applies the same commands in the same order, and so has the same values. Nothing
 * here may depend on time or chance.
 */
export class KeyValueStore {
  #values = new Map<string, string>();
  /** The last result of each session, by the session's number; the most recently used is at the end. */
  #sessions = new Map<number, Session>();

  get(key: string): string | null {
    return this.#values.get(key) ?? null;
  }

  /** @param index - of the command's entry */
  apply(index: number, command: Command): Result {
    if (command.kind === 'open') {
      this.#use(index, { sequence: 0, result: { ok: true, value: null } });
      return { ok: true, value: String(index) };
    }
    const session = this.#sessions.get(command.session);
    if (session === undefined) return refused('the session was not used for long, and is over');
    if (command.sequence < session.sequence) return refused('a later command of the session was done');
    // A duplicate: its answer was lost.
    if (command.sequence === session.sequence) return session.result;
    const result: Result = { ok: true, value: this.#change(command) };
    this.#use(command.session, { sequence: command.sequence, result });
    return result;
  }

  /** The whole state as text. */
  save(): string {
    return JSON.stringify({ values: [...this.#values], sessions: [...this.#sessions] });
  }

  /** @param text - the result of {@link save}, or an empty string for an empty store */
  restore(text: string): void {
    const { values, sessions } = JSON.parse(text || '{}') as {
      values?: [string, string][];
      sessions?: [number, Session][];
    };
    this.#values = new Map(values);
    this.#sessions = new Map(sessions);
  }

  #change({ kind, key, value }: Change): string | null {
    if (kind === 'delete') this.#values.delete(key);
    else this.#values.set(key, kind === 'append' ? (this.#values.get(key) ?? '') + value : value);
    return this.get(key);
  }

  #use(number: number, session: Session): void {
    this.#sessions.delete(number);
    this.#sessions.set(number, session);
    // All nodes forget the same session.
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > MOST_SESSIONS) this.#sessions.delete(oldest as number);
  }
}

function refused(message: string): Result {
  return { ok: false, reason: 'refused', message };
}

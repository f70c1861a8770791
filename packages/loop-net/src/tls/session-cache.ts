/** So many servers' sessions are remembered. */
const CAPACITY = 128;

/** The latest TLS session with each server, so that the next handshake can be a short one. */
export class SessionCache {
  readonly #sessions = new Map<string, Buffer>();

  /** @param server what the certificate was checked for, and where the server is */
  get(server: string): Buffer | undefined {
    return this.#sessions.get(server);
  }

  /** Remembers a session; of too many, that which was set longest ago is forgotten. */
  set(server: string, session: Buffer): void {
    this.#sessions.delete(server);
    this.#sessions.set(server, session);
    if (this.#sessions.size <= CAPACITY) return;
    for (const oldest of this.#sessions.keys()) {
      this.#sessions.delete(oldest);
      return;
    }
  }

  /** Forgets a session that did not serve. */
  delete(server: string): void {
    this.#sessions.delete(server);
  }
}

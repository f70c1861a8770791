import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Decides which requests are answered: none of a foreign page, and none for a name that has been pointed to this
 * machine.
 */
export class Guard {
  #token;
  #hosts;

  /** @param token - `null` on a Unix socket, whose mode stands for it; there is no host either */
  constructor(token, hosts) {
    this.#token = token;
    this.#hosts = hosts;
  }

  /** The status of a refusal, and why; `null` for a request that is allowed so far. */
  refusal(request) {
    const { host, origin } = request.headers;
    if (this.#token !== null && !this.#hosts.includes((host ?? '').toLowerCase()))
      return [403, 'foreign Host'];
    // Browsers send it with every request that could do harm. On a Unix socket there is no page that could be ours.
    if (origin !== undefined && (this.#token === null || origin !== `http://${host}`))
      return [403, 'foreign Origin'];
    if (request.method === 'OPTIONS') return [403, 'no requests from elsewhere'];
    return null;
  }

  /** Whether a request for data has the token. */
  isAuthorized(request) {
    if (this.#token === null) return true;
    const [, given] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    return given !== undefined && this.isToken(given);
  }

  isToken(given) {
    return this.#token === null || timingSafeEqual(digest(given), digest(this.#token));
  }
}

/** Of equal length, whatever was given. */
function digest(text) {
  return createHash('sha256').update(text).digest();
}

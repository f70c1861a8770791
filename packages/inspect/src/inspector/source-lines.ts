import { Session } from 'node:inspector';

interface Property {
  readonly name: string;
  readonly value?: { readonly value?: unknown; readonly objectId?: string };
}

const key = Symbol.for('@bight/inspect/located');
const PLACE = `globalThis[Symbol.for('@bight/inspect/located')]`;

/**
 * Where functions are written: `file:line:column`, by Node's own inspector in this thread. It is connected when it is
 * asked for the first time; a file that it has not seen costs some milliseconds, a function a fifth of one.
 */
export class SourceLines {
  readonly #files = new Map<string, string>();
  readonly #known = new WeakMap<object, string | null>();
  #session: Session | null = null;
  #isUnavailable = false;

  /** @returns the place; `null` for what is not written in JavaScript, and where Node does not allow it */
  of(func: object): string | null {
    let place = this.#known.get(func);
    if (place === undefined) {
      place = this.#look(func);
      this.#known.set(func, place);
    }
    return place;
  }

  close(): void {
    this.#session?.disconnect();
    this.#session = null;
  }

  #look(func: object): string | null {
    const session = this.#connect();
    if (session === null) return null;
    const globals = globalThis as { [key]?: object };
    globals[key] = func;
    try {
      return this.#placeOf(session, object(session)?.objectId, 0);
    } catch {
      return null;
    } finally {
      delete globals[key];
      session.post('Runtime.releaseObjectGroup', { objectGroup: PLACE });
    }
  }

  #connect(): Session | null {
    if (this.#session !== null || this.#isUnavailable) return this.#session;
    try {
      const session = new Session();
      session.connect();
      session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => this.#files.set(scriptId, url));
      this.#session = session;
    } catch {
      // Bun and Deno have no such session, and neither has a Node that was built without its inspector.
      this.#isUnavailable = true;
    }
    return this.#session;
  }

  #placeOf(session: Session, objectId: string | undefined, depth: number): string | null {
    if (objectId === undefined || depth > 8) return null;
    const properties = internalProperties(session, objectId);
    const location = properties.find(({ name }) => name === '[[FunctionLocation]]')?.value?.value;
    if (location === undefined) {
      // A function that `bind()` has made.
      const target = properties.find(({ name }) => name === '[[TargetFunction]]')?.value?.objectId;
      return this.#placeOf(session, target, depth + 1);
    }
    const { scriptId, lineNumber, columnNumber } = location as {
      scriptId: string;
      lineNumber: number;
      columnNumber: number;
    };
    if (!this.#files.has(scriptId)) {
      // It names every file that is loaded.
      session.post('Debugger.enable');
      session.post('Debugger.disable');
    }
    const file = (this.#files.get(scriptId) ?? '').replace(/^file:\/\//, '');
    return file === '' ? null : `${file}:${lineNumber + 1}:${columnNumber + 1}`;
  }
}

// Sessions in the same thread call back before `post()` returns.

function object(session: Session): { objectId?: string } | undefined {
  let found: { objectId?: string } | undefined;
  session.post('Runtime.evaluate', { expression: PLACE, objectGroup: PLACE }, (_error, reply) => {
    found = reply?.result;
  });
  return found;
}

function internalProperties(session: Session, objectId: string): readonly Property[] {
  let found: readonly Property[] = [];
  session.post('Runtime.getProperties', { objectId, ownProperties: true }, (_error, reply) => {
    found = (reply as { internalProperties?: readonly Property[] } | undefined)?.internalProperties ?? [];
  });
  return found;
}

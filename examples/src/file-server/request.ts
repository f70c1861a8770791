/** What a client wants: the head of an HTTP/1.1 request, as far as a server of files cares. */
export interface Request {
  readonly method: string;
  /** The path as it was sent, without the query: `/my%20notes.txt`. */
  readonly path: string;
  /** The `Range` field, where it may be heeded. */
  readonly range: string | undefined;
  /** Whether the connection is to stay open after the answer. */
  readonly keepAlive: boolean;
}

/** What an answer says went wrong: its status line. */
export class HttpError extends Error {
  readonly headers: readonly string[];

  /** @param status the status line's: `'404 Not Found'`. */
  constructor(status: string, headers: readonly string[] = []) {
    super(status);
    this.headers = headers;
  }
}

/**
 * Reads the head of a request.
 *
 * @throws HttpError if it is none, or announces a body: whatever follows could be taken for the next request.
 */
export function parseRequest(head: string): Request {
  const [requestLine = '', ...lines] = head.split('\r\n');
  const [, method, target, version] = /^([A-Z]+) (\/\S*) HTTP\/1\.([01])$/.exec(requestLine) ?? [];
  const fields = new Map(lines.map(parseField));
  const hasBody = fields.has('transfer-encoding') || (fields.get('content-length') ?? '0') !== '0';
  if (method === undefined || target === undefined || hasBody) throw new HttpError('400 Bad Request');
  if (version === '1' && !fields.has('host')) throw new HttpError('400 Bad Request');

  const connection = fields.get('connection')?.toLowerCase();
  return {
    method,
    path: target.replace(/[?#].*/, ''),
    // With If-Range the client asks whether the file is still the same, which we cannot prove.
    range: fields.has('if-range') ? undefined : fields.get('range'),
    keepAlive: version === '1' ? connection !== 'close' : connection === 'keep-alive',
  };
}

function parseField(line: string): [name: string, value: string] {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new HttpError('400 Bad Request');
  return [name.toLowerCase(), value];
}

/** A part of a file. */
export interface Portion {
  readonly offset: number;
  readonly count: number;
}

/**
 * Which part of a file a `Range` field asks for: `bytes=0-99`, `bytes=100-`, `bytes=-100`.
 *
 * @returns the part; `null` for what is no range, or several: the answer to that is the whole file.
 * @throws HttpError if the file does not reach so far.
 */
export function parseRange(range: string | undefined, size: number): Portion | null {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (first === undefined || last === undefined || first + last === '') return null;
  const offset = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  if (first !== '' && last !== '' && Number(last) < offset) return null;
  if (offset >= end) throw new HttpError('416 Range Not Satisfiable', [`Content-Range: bytes */${size}`]);
  return { offset, count: end - offset };
}

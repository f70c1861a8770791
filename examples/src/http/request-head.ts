/** The fields of a head, or trailers: names in lower case, and values. */
export type Fields = ReadonlyMap<string, string>;

/** The head of a request. */
export interface RequestHead {
  readonly method: string;
  /** The target as it was sent, without a scheme and an authority: `/my%20notes.txt?x=1`. */
  readonly target: string;
  /** 0 for HTTP/1.0, 1 for HTTP/1.1. */
  readonly minorVersion: 0 | 1;
  readonly fields: Fields;
  /** The length of the body, in bytes. */
  readonly length: number | 'chunked';
  /** Whether the client wants to send more requests over this connection. */
  readonly keepAlive: boolean;
  /** Whether the client waits for `100 Continue` before it sends the body. */
  readonly expectsContinue: boolean;
}

/** An error with the status line of its answer. */
export class HttpError extends Error {
  readonly status: string;
  readonly fields: Readonly<Record<string, string>>;

  /** @param status - the code and its reason: `'404 Not Found'` */
  constructor(status: string, fields: Readonly<Record<string, string>> = {}) {
    super(status);
    this.status = status;
    this.fields = fields;
  }
}

const MOST_FIELDS = 100;
const LONGEST_TARGET = 8 * 1024;
const REQUEST_LINE = /^([!#$%&'*+.^_`|~\w-]+) (\S+) HTTP\/(\d)\.(\d)$/;
const FIELD = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\t -~\x80-\xff]*?)[ \t]*$/;
const TARGET = /^(?:\*|(?:https?:\/\/[^/?#\s]+)?(\/[!-~\x80-\xff]*)?)$/i;
const HOST = /^(?:\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(?::\d*)?$/i;

/** Fields that a request may have once: with two, it would be ambiguous which one counts. */
const SINGLE = new Set(['content-length', 'host', 'expect', 'range', 'if-range', 'content-type']);

/**
 * Parses the head of a request, by RFC 9112. It refuses heads that two programs could parse differently, so that no
 * request can be smuggled past a proxy in front of this server.
 *
 * @param text - the head without the empty line at its end
 * @throws {HttpError} when it is malformed
 */
export function parseHead(text: string): RequestHead {
  const [requestLine = '', ...lines] = text.split('\r\n');
  const [, method, rawTarget, major, minor] = REQUEST_LINE.exec(requestLine) ?? [];
  if (method === undefined || rawTarget === undefined) throw new HttpError('400 Bad Request');
  if (major !== '1') throw new HttpError('505 HTTP Version Not Supported');
  if (rawTarget.length > LONGEST_TARGET) throw new HttpError('414 URI Too Long');
  const [isTarget, target = isTarget === '*' ? '*' : '/'] = TARGET.exec(rawTarget) ?? [];
  if (isTarget === undefined) throw new HttpError('400 Bad Request');
  const fields = parseFields(lines);
  const host = fields.get('host');
  const isOld = minor === '0';
  if (host === undefined ? !isOld : !HOST.test(host)) throw new HttpError('400 Bad Request');
  const expect = fields.get('expect')?.toLowerCase();
  if (expect !== undefined && expect !== '100-continue') throw new HttpError('417 Expectation Failed');
  const options = optionsOf(fields.get('connection'));
  return {
    method,
    target,
    minorVersion: isOld ? 0 : 1,
    fields,
    length: lengthOf(fields, isOld),
    keepAlive: isOld ? options.includes('keep-alive') : !options.includes('close'),
    expectsContinue: expect !== undefined && !isOld,
  };
}

/**
 * Parses the lines of fields.
 *
 * @throws {HttpError} for a line that is folded, has a space before its colon, or contains a line feed
 */
export function parseFields(lines: readonly string[]): Fields {
  if (lines.length > MOST_FIELDS) throw new HttpError('431 Request Header Fields Too Large');
  const fields = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new HttpError('400 Bad Request');
    const key = name.toLowerCase();
    const earlier = fields.get(key);
    if (earlier !== undefined && SINGLE.has(key)) throw new HttpError('400 Bad Request');
    fields.set(key, earlier === undefined ? value : `${earlier}${key === 'cookie' ? ';' : ','} ${value}`);
  }
  return fields;
}

/** The options of a field such as `Connection`, in lower case. */
export function optionsOf(value = ''): string[] {
  return value
    .toLowerCase()
    .split(',')
    .map((option) => option.trim());
}

function lengthOf(fields: Fields, isOld: boolean): number | 'chunked' {
  const encoding = fields.get('transfer-encoding');
  const length = fields.get('content-length');
  if (encoding !== undefined) {
    if (length !== undefined || isOld) throw new HttpError('400 Bad Request');
    if (encoding.toLowerCase() !== 'chunked') throw new HttpError('501 Not Implemented');
    return 'chunked';
  }
  if (length === undefined) return 0;
  if (!/^\d{1,15}$/.test(length)) throw new HttpError('400 Bad Request');
  return Number(length);
}

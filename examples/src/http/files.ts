import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { HttpRequest } from './http-connection.js';
import { HttpError } from './request-head.js';
import type { Response } from './response.js';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

/**
 * Answers with a file or its requested part; for a folder, with its `index.html`.
 *
 * @param root - the real path of the served folder
 * @throws {HttpError} when there is no such file in the folder
 */
export async function fileResponse(root: string, request: HttpRequest): Promise<Response> {
  if (!/^(GET|HEAD)$/.test(request.method))
    throw new HttpError('405 Method Not Allowed', { Allow: 'GET, HEAD' });
  const { fields } = request;
  const { handle, type } = await openFile(root, request.target.replace(/[?#].*/, ''));
  try {
    const { size, mtimeMs } = await handle.stat();
    const tag = `"${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}"`;
    const about = { 'Accept-Ranges': 'bytes', ETag: tag };
    if (fields.get('if-none-match')?.includes(tag)) {
      await handle.close();
      return { status: '304 Not Modified', fields: about };
    }
    // The client cannot use a range of a version of the file that it does not know.
    const isKnown = (fields.get('if-range') ?? tag) === tag;
    const range = isKnown ? parseRange(fields.get('range'), size) : null;
    const { offset, count } = range ?? { offset: 0, count: size };
    const body = { handle, offset, count, [Symbol.asyncDispose]: () => handle.close() };
    const more = { ...about, 'Content-Type': type };
    if (range === null) return { status: '200 OK', fields: more, body };
    const where = `bytes ${offset}-${offset + count - 1}/${size}`;
    return { status: '206 Partial Content', fields: { ...more, 'Content-Range': where }, body };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openFile(root: string, requested: string): Promise<{ handle: FileHandle; type: string }> {
  try {
    const file = await locate(root, decode(requested));
    return { handle: await open(file), type: types[path.extname(file)] ?? 'application/octet-stream' };
  } catch (error) {
    throw asHttpError(error as NodeJS.ErrnoException);
  }
}

/** The real path of a regular file below the root. */
async function locate(root: string, name: string): Promise<string> {
  const wanted = path.join(root, name);
  if (!isWithin(root, wanted)) throw new HttpError('403 Forbidden');
  // A symbolic link may lead out of the folder.
  const real = await realpath(wanted);
  if (!isWithin(root, real)) throw new HttpError('403 Forbidden');
  const found = await stat(real);
  if (found.isDirectory()) return await locate(root, path.join(name, 'index.html'));
  if (!found.isFile()) throw new HttpError('404 Not Found');
  return real;
}

function isWithin(root: string, file: string): boolean {
  const relative = path.relative(root, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`);
}

function decode(requested: string): string {
  try {
    const name = decodeURIComponent(requested);
    if (!name.includes('\0')) return name;
  } catch {
    // Wrong percent-encoding.
  }
  throw new HttpError('400 Bad Request');
}

function asHttpError(error: NodeJS.ErrnoException): unknown {
  if (/^(ENOENT|ENOTDIR|ENAMETOOLONG|ELOOP)$/.test(error.code ?? '')) return new HttpError('404 Not Found');
  if (/^(EACCES|EPERM)$/.test(error.code ?? '')) return new HttpError('403 Forbidden');
  return error;
}

/** A part of a file. */
export interface Portion {
  readonly offset: number;
  readonly count: number;
}

/**
 * Parses a `Range` field: `bytes=0-99`, `bytes=100-`, `bytes=-100`.
 *
 * @returns the part of the file; `null` for an invalid range, or several: the answer is then the whole file
 * @throws {HttpError} when the range begins behind the end of the file
 */
export function parseRange(range: string | undefined, size: number): Portion | null {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (first === undefined || last === undefined || first + last === '') return null;
  const offset = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  if (first !== '' && last !== '' && Number(last) < offset) return null;
  if (offset >= end) throw new HttpError('416 Range Not Satisfiable', { 'Content-Range': `bytes */${size}` });
  return { offset, count: end - offset };
}

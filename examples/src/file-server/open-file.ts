import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { HttpError } from './request.js';

/** A file that is about to be sent. */
export interface ServedFile extends AsyncDisposable {
  readonly handle: FileHandle;
  /** In bytes. */
  readonly size: number;
  /** What the `Content-Type` field says. */
  readonly type: string;
}

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
 * Opens what a request asks for; the `index.html` of a folder.
 *
 * @param root the real path of the folder that is served.
 * @param requested the path of the request, percent-encoded.
 * @throws HttpError if there is no such file, or it is none of ours.
 */
export async function openFile(root: string, requested: string): Promise<ServedFile> {
  try {
    const file = await locate(root, decode(requested));
    const handle = await open(file);
    const { size } = await handle.stat();
    const type = types[path.extname(file)] ?? 'application/octet-stream';
    return { handle, size, type, [Symbol.asyncDispose]: () => handle.close() };
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
    // Not percent-encoded as it should be.
  }
  throw new HttpError('400 Bad Request');
}

function asHttpError(error: NodeJS.ErrnoException): unknown {
  if (/^(ENOENT|ENOTDIR|ENAMETOOLONG|ELOOP)$/.test(error.code ?? '')) return new HttpError('404 Not Found');
  if (/^(EACCES|EPERM)$/.test(error.code ?? '')) return new HttpError('403 Forbidden');
  return error;
}

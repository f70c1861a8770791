import { readFile } from 'node:fs/promises';
import { SSLContext } from 'bight';

/** What a server encrypts with, from the files that `--cert` and `--key` name; `null` without both. */
export async function readCertificate(cert?: string, key?: string): Promise<SSLContext | null> {
  if (cert === undefined || key === undefined) return null;
  return new SSLContext({ cert: await readFile(cert), key: await readFile(key) });
}

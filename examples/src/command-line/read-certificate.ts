import { readFile } from 'node:fs/promises';
import { SSLContext } from 'bight';

/** The TLS context of a server, from the files that `--cert` and `--key` name; `null` without them. */
export async function readCertificate(cert?: string, key?: string): Promise<SSLContext | null> {
  if (cert === undefined || key === undefined) return null;
  return new SSLContext({ cert: await readFile(cert), key: await readFile(key) });
}

/**
 * A mail server: receives messages by SMTP, and keeps each as a file of a folder (Maildir).
 *
 *     smtp [--host 127.0.0.1] [--port 2525] [--mail FOLDER] [--size 10000000] [--name NAME]
 *          [--cert FILE --key FILE] [--user NAME:PASSWORD …]
 * With a certificate it offers STARTTLS; with users it accepts mail only from them. SIGINT (Ctrl-C) or SIGTERM ends it.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { run, startServer } from 'bight';
import { readCertificate } from './command-line/read-certificate.js';
import { serveUntilSignal } from './command-line/serve-until-signal.js';
import type { Mail, Site } from './smtp/site.js';
import { SmtpSession } from './smtp/smtp-session.js';

const GRACE_SECONDS = 5;

/** Keeps a message: it appears in `new` when it is complete and on disk. */
async function keep(folder: string, { from, to, content, user }: Mail): Promise<void> {
  const name = `${Date.now()}.${randomUUID()}`;
  const [written, kept] = [path.join(folder, 'tmp', name), path.join(folder, 'new', name)];
  const file = await open(written, 'wx', 0o600);
  try {
    const trace = [`Return-Path: <${from}>`, ...to.map((address) => `Delivered-To: ${address}`)];
    await file.writeFile(`${trace.join('\r\n')}\r\n`);
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(written, kept);
  console.log(
    `${content.length} bytes from ${from || 'no one'}${user === null ? '' : ` (${user})`} to ${to.join(', ')}`,
  );
}

async function serve(site: Site, host: string, port: number): Promise<void> {
  const clientConnected: Parameters<typeof startServer>[0] = (reader, writer) =>
    new SmtpSession(reader, writer, site).run();
  // A reader waits for a whole message, so its limit is the largest message.
  const server = await startServer(clientConnected, { host, port, limit: site.maxSize + 5 });
  await serveUntilSignal(server, {
    announce: (bound) => `${site.name} listens on ${host}:${bound}`,
    grace: GRACE_SECONDS,
  });
  console.log('Closed.');
}

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '2525' },
    mail: { type: 'string', default: 'mail' },
    size: { type: 'string', default: '10000000' },
    name: { type: 'string', default: hostname() },
    cert: { type: 'string' },
    key: { type: 'string' },
    user: { type: 'string', multiple: true, default: [] },
    patience: { type: 'string', default: '300' },
  },
});
const { mail, cert, key } = values;
for (const part of ['tmp', 'new', 'cur']) await mkdir(path.join(mail, part), { recursive: true });
const users = new Map(
  values.user.map((text) => [text.split(':')[0]!, text.slice(text.indexOf(':') + 1)] as const),
);
const site: Site = {
  name: values.name,
  maxSize: Number(values.size),
  tls: await readCertificate(cert, key),
  users,
  patience: Number(values.patience),
  deliver: (message) => keep(mail, message),
};
await run(() => serve(site, values.host, Number(values.port)));

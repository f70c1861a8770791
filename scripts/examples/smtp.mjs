// Checks of examples/smtp with nodemailer.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Program, run } from './program.mjs';

let count = 0;

async function started(work, ...args) {
  const mail = path.join(work, `mail-${count++}`);
  const program = new Program('smtp', ['--port=0', '--name=mx.example', `--mail=${mail}`, ...args]);
  const [port] = await program.until(/ listens on .*:(\d+)$/);
  const kept = () =>
    readdirSync(path.join(mail, 'new')).map((name) => readFileSync(path.join(mail, 'new', name), 'latin1'));
  return { program, kept, address: { host: '127.0.0.1', port: Number(port) } };
}

async function certified(work) {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'key.pem'];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  await run('openssl', ['req', '-x509', '-days', '2', ...key, ...subject, '-out', 'cert.pem'], { cwd: work });
  const [cert, keyFile] = ['cert.pem', 'key.pem'].map((name) => path.join(work, name));
  return { args: [`--cert=${cert}`, `--key=${keyFile}`], ca: readFileSync(cert) };
}

const message = (subject, more = {}) => ({
  from: 'ada@example.org',
  to: 'you@example.org',
  subject,
  text: `.a dot\n..two\n${'long '.repeat(500)}`,
  ...more,
});

export const smtpChecks = {
  'nodemailer sends many messages over a pool of connections': async ({ load, work }) => {
    const { program, kept, address } = await started(work);
    const { default: nodemailer } = await load('nodemailer');
    const transport = nodemailer.createTransport({
      ...address,
      pool: true,
      maxConnections: 3,
      ignoreTLS: true,
    });
    await transport.verify();
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, i) => transport.sendMail(message(`number ${i}`))),
    );
    assert(results.every(({ accepted }) => accepted.length === 1));
    assert.equal(kept().length, 100);
    assert(kept().every((text) => /\r\n\.a dot\r\n\.\.two\r\n/.test(text)));
    transport.close();
    await program.stop();
  },
  'nodemailer encrypts by STARTTLS, logs in, and sends an attachment of megabytes': async ({
    load,
    work,
  }) => {
    const { args, ca } = await certified(work);
    const { program, kept, address } = await started(work, ...args, '--user=ada:secret');
    const { default: nodemailer } = await load('nodemailer');
    const content = randomBytes(4_000_000);
    for (const authMethod of ['PLAIN', 'LOGIN']) {
      const transport = nodemailer.createTransport({
        ...address,
        requireTLS: true,
        tls: { ca, servername: 'localhost' },
        auth: { user: 'ada', pass: 'secret' },
        authMethod,
      });
      await transport.sendMail(message(authMethod, { attachments: [{ filename: 'data', content }] }));
    }
    assert.equal(kept().length, 2);
    for (const text of kept()) {
      const encoded = /filename=data\r\n(?:[^\r\n]+\r\n)*\r\n([\w+/=\r\n]+)/.exec(text)[1];
      assert(Buffer.from(encoded, 'base64').equals(content));
    }
    const wrong = nodemailer.createTransport({
      ...address,
      requireTLS: true,
      tls: { ca, servername: 'localhost' },
      auth: { user: 'ada', pass: 'wrong' },
    });
    await assert.rejects(wrong.sendMail(message('no')), { code: 'EAUTH' });
    await program.stop();
  },
  'nodemailer learns why a message is refused': async ({ load, work }) => {
    const { program, kept, address } = await started(work, '--size=10000');
    const { default: nodemailer } = await load('nodemailer');
    const transport = nodemailer.createTransport({ ...address, ignoreTLS: true });
    await assert.rejects(transport.sendMail(message('large', { text: 'x'.repeat(20_000) })), {
      responseCode: 552,
    });
    await transport.sendMail(message('small', { text: 'x' }));
    assert.equal(kept().length, 1);
    await program.stop();
  },
};

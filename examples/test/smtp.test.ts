import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { installDebianPackages } from '../../test/support/debian.mjs';
import { RunningExample } from './support/example.js';

const run = promisify(execFile);
const directory = mkdtempSync(path.join(tmpdir(), 'bight-smtp-'));
const inside = (...names: string[]) => path.join(directory, ...names);

beforeAll(async () => {
  installDebianPackages({ openssl: 'openssl', python3: 'python3', swaks: 'swaks libnet-ssleay-perl' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'];
  const into = ['-keyout', 'key.pem', '-out', 'cert.pem', '-subj', '/CN=localhost'];
  await run('openssl', ['req', '-x509', ...key, ...into], { cwd: directory });
}, 240_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

let count = 0;

/** Starts a server; returns it with its port and its kept messages. */
async function started(...args: string[]) {
  const mail = inside(`mail-${count++}`);
  const server = new RunningExample('smtp', ['--port=0', '--name=mx.example', `--mail=${mail}`, ...args]);
  const [port] = (await server.until(/listens on 127\.0\.0\.1:(\d+)/)) as [string];
  const kept = () =>
    readdirSync(path.join(mail, 'new')).map((name) => readFileSync(path.join(mail, 'new', name), 'latin1'));
  return { server, port: Number(port), kept };
}

const secure = () => [`--cert=${inside('cert.pem')}`, `--key=${inside('key.pem')}`, '--user=ada:secret'];

/** Sends lines; returns the server's answers until it closes the connection, or has given all answers. */
async function dialogue(port: number, ...said: string[]): Promise<string[]> {
  const socket = net.connect(port, '127.0.0.1').setEncoding('latin1');
  let text = '';
  const answers = () => text.split('\r\n').filter((line) => /^\d{3} /.test(line));
  socket.write(said.join(''));
  for await (const piece of socket) text += piece;
  return answers().map((line) => line.slice(0, 3));
}

test('a conversation in one segment is answered in order, message for message', async () => {
  const { server, port, kept } = await started();
  const message = (text: string) => `MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n${text}.\r\n`;
  const answers = await dialogue(
    port,
    'EHLO me\r\n',
    message('Subject: one\r\n\r\n..dots\r\n.\u0000more\r\n'),
    message(''),
    'QUIT\r\n',
  );
  expect(answers).toEqual(['220', '250', ...Array(2).fill(['250', '250', '354', '250']).flat(), '221']);
  const head = 'Return-Path: <a@b>\r\nDelivered-To: c@d\r\n';
  expect(kept().sort()).toEqual([head, `${head}Subject: one\r\n\r\n.dots\r\n\u0000more\r\n`].sort());
  server.signal('SIGTERM');
  expect(await server.end()).toMatchObject({ status: 0, errorOutput: '' });
});

test('commands out of order, unknown, too long or wrong are refused, and too many of them end it', async () => {
  const { port, kept } = await started('--size=1000');
  const cases: [string, string][] = [
    ['MAIL FROM:<a@b>', '503'],
    ['EHLO <script>', '501'],
    ['EHLO me', '250'],
    ['DATA', '503'],
    ['RCPT TO:<c@d>', '503'],
    ['MAIL FROM:a@b', '501'],
    ['MAIL FROM:<a@b> SIZE=1001', '552'],
    ['MAIL FROM:<a@b> SIZE=999 BODY=8BITMIME', '250'],
    ['RCPT TO:<>', '501'],
    ['__proto__', '500'],
    ['AUTH PLAIN x', '502'],
    [`NOOP ${'x'.repeat(2000)}`, '500'],
  ];
  const answers = await dialogue(port, ...cases.map(([said]) => `${said}\r\n`));
  expect(answers.slice(0, 13)).toEqual(['220', ...cases.map(([, answer]) => answer)]);
  expect(answers.at(-1)).toBe('421');
  expect(kept()).toEqual([]);
});

test('a message that is too long is read to its end, and refused', async () => {
  const { port, kept } = await started('--size=5000');
  const begin = 'MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n';
  const answers = await dialogue(
    port,
    'HELO me\r\n',
    `${begin}${`${'x'.repeat(70)}\r\n`.repeat(1000)}.\r\n`,
    `${begin}short\r\n.\r\nQUIT\r\n`,
  );
  expect(answers).toEqual(['220', '250', '250', '250', '354', '552', '250', '250', '354', '250', '221']);
  expect(kept()).toEqual([expect.stringContaining('short')]);
});

test('only a dot between carriage returns and line feeds ends a message: nothing can be smuggled', async () => {
  const { port, kept } = await started();
  const evil = 'MAIL FROM:<evil@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nsmuggled';
  const begin = 'EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n';
  for (const end of ['\n.\n', '\n.\r\n', '\r\n.\n', '\r.\r']) {
    const answers = await dialogue(port, `${begin}text${end}${evil}\r\n.\r\nQUIT\r\n`);
    expect(answers).toEqual(['220', '250', '250', '250', '354', '250', '221']);
  }
  expect(kept()).toEqual(Array(4).fill(expect.stringContaining('Return-Path: <a@b>')));
});

test('what is said in plain behind STARTTLS is no command', async () => {
  const { server, port } = await started(...secure());
  const answers = await dialogue(port, 'EHLO me\r\nSTARTTLS\r\nNOOP\r\n');
  expect(answers).toEqual(['220', '250', '220']);
  // A client that sends its TLS hello at once is served, in a new session.
  const socket = net.connect(port, '127.0.0.1');
  await new Promise((resolve) => socket.once('data', resolve));
  socket.write('EHLO me\r\n');
  await new Promise((resolve) => socket.once('data', resolve));
  socket.write('STARTTLS\r\n');
  await new Promise((resolve) => socket.once('data', resolve));
  const encrypted = tls.connect({ socket, rejectUnauthorized: false }).setEncoding('latin1');
  encrypted.write('MAIL FROM:<a@b>\r\nEHLO me\r\nSTARTTLS\r\nQUIT\r\n');
  let text = '';
  for await (const piece of encrypted) text += piece;
  expect(text).toMatch(/^503 [^\r]*\r\n250-[\s\S]*250 AUTH PLAIN LOGIN\r\n503 [^\r]*\r\n221 /);
  expect(text).not.toContain('STARTTLS');
  server.signal('SIGTERM');
  expect(await server.end()).toMatchObject({ status: 0, errorOutput: '' });
});

const python = `
import smtplib, ssl, sys
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
with smtplib.SMTP('127.0.0.1', int(sys.argv[1])) as smtp:
    smtp.ehlo()
    assert smtp.has_extn('size') and smtp.has_extn('starttls') and not smtp.has_extn('auth'), smtp.esmtp_features
    try:
        smtp.sendmail('a@b', ['c@d'], 'text')
        raise AssertionError('mail without a password')
    except smtplib.SMTPSenderRefused as error:
        assert error.smtp_code == 530, error
    smtp.starttls(context=context)
    try:
        smtp.login('ada', 'wrong')
        raise AssertionError('wrong password')
    except smtplib.SMTPAuthenticationError:
        pass
    smtp.login('ada', 'secret')
    for i in range(20):
        smtp.sendmail('a@b', ['c@d', 'e@f'], f'Subject: {i}\\r\\n\\r\\n.dot\\r\\n' + 'x' * 100000)
`;

test('Python’s smtplib encrypts, logs in, and sends', async () => {
  const { port, kept } = await started(...secure());
  await run('python3', ['-c', python, `${port}`]);
  expect(kept()).toHaveLength(20);
  expect(kept()[0]).toMatch(
    /Delivered-To: c@d\r\nDelivered-To: e@f\r\nSubject: \d+\r\n\r\n\.dot\r\nx{100000}\r\n$/,
  );
});

test('swaks encrypts, logs in, pipelines, and sends', async () => {
  const { port, kept } = await started(...secure());
  for (const way of ['PLAIN', 'LOGIN']) {
    const login = ['--auth', way, '--auth-user', 'ada', '--auth-password', 'secret'];
    const to = ['--server', `127.0.0.1:${port}`, '--from', 'a@b.example', '--to', 'c@d.example'];
    const { stdout } = await run('swaks', [...to, '--tls', '--pipeline', ...login, '--body', `by ${way}`]);
    expect(stdout).toContain('~> QUIT');
  }
  expect(kept()).toEqual(
    expect.arrayContaining(['PLAIN', 'LOGIN'].map((way) => expect.stringContaining(`by ${way}`))),
  );
});

test('a client that says nothing is sent away', async () => {
  const { port } = await started('--patience=0.2');
  expect(await dialogue(port, 'EHLO me\r\n')).toEqual(['220', '250', '421']);
});

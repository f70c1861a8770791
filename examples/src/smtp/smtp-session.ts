import { timingSafeEqual } from 'node:crypto';
import {
  IncompleteReadError,
  LimitOverrunError,
  type StreamReader,
  type StreamWriter,
  TimeoutError,
  timeout,
} from 'bight';
import { type Path, parseCommand, parsePath } from './commands.js';
import type { Site } from './site.js';

const CRLF = Buffer.from('\r\n');
const END_OF_MESSAGE = Buffer.from('\r\n.\r\n');
const LONGEST_LINE = 1000;
const MOST_RECIPIENTS = 100;
const MOST_ERRORS = 10;
const NAME = /^[\w.:[\]-]+$/;

type Handler = (this: SmtpSession, rest: string) => string | Promise<string>;

/** Ends a session, after its last answer. */
class Goodbye extends Error {}

/** One connection of a mail server: SMTP with PIPELINING, SIZE, 8BITMIME, STARTTLS and AUTH. */
export class SmtpSession {
  readonly #reader: StreamReader;
  readonly #writer: StreamWriter;
  readonly #site: Site;
  #clientName: string | null = null;
  #isSecure: boolean;
  #user: string | null = null;
  #from: string | null = null;
  #to: string[] = [];
  #errors = 0;

  constructor(reader: StreamReader, writer: StreamWriter, site: Site) {
    this.#reader = reader;
    this.#writer = writer;
    this.#site = site;
    this.#isSecure = (writer.getExtraInfo('sslContext') ?? null) !== null;
  }

  /** Serves the client until it says goodbye, or is lost. */
  async run(): Promise<void> {
    try {
      this.#say(`220 ${this.#site.name} ESMTP`);
      for (;;) {
        const answer = await this.#obey(await this.#readLine());
        if (answer !== '') this.#say(answer);
        if (/^5/.test(answer) && ++this.#errors === MOST_ERRORS) throw new Goodbye('421 too many errors');
        await this.#writer.drain();
      }
    } catch (error) {
      if (error instanceof Goodbye) this.#say(error.message);
      else if (error instanceof TimeoutError) this.#say(`421 ${this.#site.name} has waited long enough`);
      else if (!isLoss(error)) throw error;
    } finally {
      this.#writer.close();
    }
  }

  #say(text: string): void {
    this.#writer.write(Buffer.from(`${text}\r\n`));
  }

  /**
   * The next line. Only a carriage return and a line feed end it: other line ends could smuggle commands.
   */
  async #readLine(): Promise<string> {
    const line = await this.#readUntil(CRLF);
    return line === null || line.length > LONGEST_LINE ? '' : line.subarray(0, -CRLF.length).toString();
  }

  /** Reads up to a delimiter; returns `null`, after reading to the end, if the text exceeds the reader's limit. */
  async #readUntil(end: Buffer): Promise<Buffer | null> {
    let isTooLong = false;
    for (;;) {
      try {
        const found = await this.#inTime(() => this.#reader.readuntil(end));
        return isTooLong ? null : found;
      } catch (error) {
        if (!(error instanceof LimitOverrunError)) throw error;
        isTooLong = true;
        await this.#reader.readexactly(error.consumed);
      }
    }
  }

  async #inTime<T>(body: () => PromiseLike<T>): Promise<T> {
    return await timeout(this.#site.patience).run(async () => await body());
  }

  async #obey(line: string): Promise<string> {
    const { verb, rest } = parseCommand(line);
    const handler = Object.hasOwn(handlers, verb) ? handlers[verb] : undefined;
    return handler === undefined ? '500 no such command' : await handler.call(this, rest);
  }

  hello(name: string, extensions: boolean): string {
    if (!NAME.test(name)) return '501 that is no name';
    this.#clientName = name;
    this.reset();
    if (!extensions) return `250 ${this.#site.name}`;
    const offers = [
      `${this.#site.name} greets ${name}`,
      'PIPELINING',
      '8BITMIME',
      `SIZE ${this.#site.maxSize}`,
    ];
    if (this.#site.tls !== null && !this.#isSecure) offers.push('STARTTLS');
    if (this.#mayLogIn) offers.push('AUTH PLAIN LOGIN');
    return offers.map((offer, i) => `250${i < offers.length - 1 ? '-' : ' '}${offer}`).join('\r\n');
  }

  /** Whether the client may log in: only over TLS, if the server has TLS. */
  get #mayLogIn(): boolean {
    return this.#site.users.size > 0 && (this.#isSecure || this.#site.tls === null);
  }

  reset(): string {
    this.#from = null;
    this.#to = [];
    return '250 OK';
  }

  async startTls(rest: string): Promise<string> {
    const { tls } = this.#site;
    if (tls === null) return '502 not offered';
    if (this.#isSecure) return '503 it is encrypted already';
    if (rest !== '') return '501 STARTTLS takes nothing';
    this.#say('220 go ahead');
    // Bytes in plain text after the command go into the handshake, and are not commands.
    await this.#inTime(() => this.#writer.startTls(tls));
    this.#isSecure = true;
    this.#clientName = null;
    this.#user = null;
    this.reset();
    return '';
  }

  async logIn(rest: string): Promise<string> {
    if (!this.#mayLogIn) return this.#site.users.size > 0 ? '538 encrypt first' : '502 not offered';
    if (this.#user !== null || this.#from !== null) return '503 not now';
    const [mechanism = '', initial] = rest.split(' ');
    const ask = async (prompt: string): Promise<Buffer> => {
      this.#say(`334 ${Buffer.from(prompt).toString('base64')}`);
      await this.#writer.drain();
      return Buffer.from(await this.#readLine(), 'base64');
    };
    const given = initial === undefined ? null : Buffer.from(initial, 'base64');
    let user: string;
    let password: Buffer;
    switch (mechanism.toUpperCase()) {
      case 'PLAIN': {
        const parts = (given ?? (await ask(''))).toString('latin1').split('\0');
        user = Buffer.from(parts[1] ?? '', 'latin1').toString();
        password = Buffer.from(parts[2] ?? '', 'latin1');
        break;
      }
      case 'LOGIN':
        user = (given ?? (await ask('Username:'))).toString();
        password = await ask('Password:');
        break;
      default:
        return '504 no such way to log in';
    }
    const expected = Buffer.from(this.#site.users.get(user) ?? '');
    if (expected.length === 0 || expected.length !== password.length || !timingSafeEqual(expected, password))
      return '535 wrong name or password';
    this.#user = user;
    return '235 welcome';
  }

  mail(rest: string): string {
    if (this.#clientName === null) return '503 say EHLO first';
    if (this.#from !== null) return '503 one message after the other';
    if (this.#site.users.size > 0 && this.#user === null) return '530 log in first';
    const path = parsePath(rest, 'FROM');
    if (path === null) return '501 MAIL FROM:<address>';
    const refused = this.#refusedParameter(path);
    if (refused !== null) return refused;
    this.#from = path.address;
    return '250 OK';
  }

  #refusedParameter({ parameters }: Path): string | null {
    for (const [name, value] of parameters) {
      if (name === 'SIZE') {
        if (!/^\d{1,18}$/.test(value)) return '501 SIZE is a number';
        if (Number(value) > this.#site.maxSize) return '552 the message is too long';
      } else if (name !== 'BODY' && name !== 'AUTH') return `555 no such parameter: ${name}`;
    }
    return null;
  }

  recipient(rest: string): string {
    if (this.#from === null) return '503 say MAIL first';
    const path = parsePath(rest, 'TO');
    if (path === null || path.address === '') return '501 RCPT TO:<address>';
    if (path.parameters.size > 0) return '555 no such parameter';
    if (this.#to.length === MOST_RECIPIENTS) return '452 too many recipients';
    this.#to.push(path.address);
    return '250 OK';
  }

  async data(): Promise<string> {
    if (this.#to.length === 0) return '503 say RCPT first';
    this.#say('354 end with a dot on a line of its own');
    await this.#writer.drain();
    const content = await this.#readMessage();
    if (content === null) {
      this.reset();
      return '552 the message is too long';
    }
    const mail = { from: this.#from!, to: this.#to, content, user: this.#user };
    this.reset();
    await this.#site.deliver(mail);
    return '250 OK';
  }

  /** The message, or `null` if it is too long. */
  async #readMessage(): Promise<Buffer | null> {
    // An empty message has its dot on the first line: after the unread line end of DATA it ends like any other.
    this.#reader.unread(CRLF);
    const raw = await this.#readUntil(END_OF_MESSAGE);
    return raw === null ? null : withoutStuffing(raw).subarray(CRLF.length);
  }
}

/** Removes the dot that was added to each line that begins with a dot, and completes the last line. */
function withoutStuffing(raw: Buffer): Buffer {
  const stuffed = Buffer.from('\r\n.');
  const last = raw.length - stuffed.length - CRLF.length;
  let at = raw.indexOf(stuffed);
  // Most messages have no such line, and are not copied.
  if (at === last) return raw.subarray(0, last + CRLF.length);
  const pieces: Buffer[] = [];
  let from = 0;
  for (; at >= 0; at = raw.indexOf(stuffed, from)) {
    pieces.push(raw.subarray(from, at + CRLF.length));
    from = at + stuffed.length;
  }
  return Buffer.concat(pieces);
}

function isLoss(error: unknown): boolean {
  return error instanceof IncompleteReadError || typeof (error as NodeJS.ErrnoException).code === 'string';
}

const handlers: Record<string, Handler> = {
  EHLO(rest) {
    return this.hello(rest, true);
  },
  HELO(rest) {
    return this.hello(rest, false);
  },
  STARTTLS(rest) {
    return this.startTls(rest);
  },
  AUTH(rest) {
    return this.logIn(rest);
  },
  MAIL(rest) {
    return this.mail(rest);
  },
  RCPT(rest) {
    return this.recipient(rest);
  },
  DATA() {
    return this.data();
  },
  RSET() {
    return this.reset();
  },
  NOOP: () => '250 OK',
  VRFY: () => '252 try to send it',
  HELP: () => '214 RFC 5321',
  QUIT() {
    throw new Goodbye('221 goodbye');
  },
};

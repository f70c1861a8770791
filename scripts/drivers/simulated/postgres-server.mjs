// A server with enough of PostgreSQL's protocol for a client: start-up, simple and extended queries, errors,
// transactions and cancels. It supports a few SQL statements, on one table of numbers by name.

const PROTOCOL_CANCEL = 80_877_102;
const PROTOCOL_SSL = 80_877_103;
const OID = { int4: 23, text: 25 };

/** Copies the server's table: numbers by name. */
const clone = (table) => new Map(table);

/** An error that the server reports. */
class SqlError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * Serves on the current host.
 *
 * @param bight - the package
 * @param stored - the committed table, as `stored.table`: it outlives the server
 */
export function servePostgres(bight, stored = { table: new Map() }) {
  const sessions = new Map();
  return bight.startServer(
    async (reader, writer) => {
      const session = new Session(bight, { reader, writer, stored, sessions });
      try {
        await session.serve();
      } catch (error) {
        // The peer has disconnected, within a message or between two.
        if (error.code !== 'ECONNRESET' && error.name !== 'IncompleteReadError') throw error;
      } finally {
        sessions.delete(session.pid);
        writer.close();
      }
    },
    { host: '0.0.0.0', port: 5432 },
  );
}

class Session {
  #bight;
  #reader;
  #writer;
  #stored;
  #sessions;
  /** The table of an open transaction, or `null`. */
  #transaction = null;
  #hasFailed = false;
  /** By name: statements, and portals with their parameters. */
  #statements = new Map();
  #portals = new Map();
  /** After an error, messages before the next Sync are skipped. */
  #isSkipping = false;
  #cancelled = null;

  constructor(bight, { reader, writer, stored, sessions }) {
    this.#bight = bight;
    this.#reader = reader;
    this.#writer = writer;
    this.#stored = stored;
    this.#sessions = sessions;
    this.pid = Math.max(0, ...sessions.keys()) + 1;
    this.key = Math.floor(Math.random() * 1e9);
  }

  async serve() {
    if (!(await this.#startUp())) return;
    for (;;) {
      const head = await this.#reader.readexactly(5);
      const body = await this.#reader.readexactly(head.readInt32BE(1) - 4);
      const type = String.fromCharCode(head[0]);
      if (type === 'X') return;
      await this.#handle(type, new Fields(body));
      await this.#writer.drain();
    }
  }

  /** @returns whether a session has begun */
  async #startUp() {
    for (;;) {
      const length = (await this.#reader.readexactly(4)).readInt32BE(0);
      const body = await this.#reader.readexactly(length - 4);
      const code = body.readInt32BE(0);
      if (code === PROTOCOL_SSL) {
        this.#writer.write(Buffer.from('N'));
      } else if (code === PROTOCOL_CANCEL) {
        const found = this.#sessions.get(body.readInt32BE(4));
        if (found?.key === body.readInt32BE(8)) found.cancel();
        return false;
      } else {
        break;
      }
    }
    this.#sessions.set(this.pid, this);
    this.#send('R', int32(0));
    this.#send('S', text('server_version'), text('15.0'));
    this.#send('S', text('client_encoding'), text('UTF8'));
    this.#send('K', int32(this.pid), int32(this.key));
    this.#ready();
    return true;
  }

  /** Cancels the waiting statement. */
  cancel() {
    this.#cancelled?.setResult(null);
  }

  async #handle(type, fields) {
    if (type === 'S') {
      this.#isSkipping = false;
      this.#ready();
      return;
    }
    if (this.#isSkipping) return;
    try {
      if (type === 'Q') await this.#simpleQuery(fields.text());
      else await this.#extendedQuery(type, fields);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      this.#hasFailed = this.#transaction !== null;
      this.#isSkipping = type !== 'Q';
      const parts = { S: 'ERROR', V: 'ERROR', C: error.code, M: error.message };
      const list = Object.entries(parts).map(([field, value]) =>
        Buffer.concat([Buffer.from(field), text(value)]),
      );
      this.#send('E', ...list, Buffer.of(0));
    }
    if (type === 'Q') this.#ready();
  }

  async #simpleQuery(sql) {
    for (const statement of sql.split(';').filter((part) => part.trim() !== '')) {
      const result = await this.#run(statement, []);
      if (result.columns !== null) this.#describe(result.columns);
      this.#answer(result);
    }
  }

  async #extendedQuery(type, fields) {
    if (type === 'P') {
      const name = fields.text();
      const sql = fields.text();
      find(sql);
      this.#statements.set(name, sql);
      this.#send('1');
    } else if (type === 'B') {
      const portal = fields.text();
      const sql = this.#statements.get(fields.text());
      for (let formats = fields.int16(); formats > 0; formats--) fields.int16();
      const values = Array.from({ length: fields.int16() }, () => fields.value());
      this.#portals.set(portal, { sql, values });
      this.#send('2');
    } else if (type === 'D') {
      const kind = String.fromCharCode(fields.byte());
      const name = fields.text();
      const sql = kind === 'S' ? this.#statements.get(name) : this.#portals.get(name).sql;
      const { columns } = find(sql);
      if (columns === null) this.#send('n');
      else this.#describe(columns);
    } else if (type === 'E') {
      const { sql, values } = this.#portals.get(fields.text());
      this.#answer(await this.#run(sql, values));
    } else if (type === 'C') {
      this.#send('3');
    } else if (type !== 'H') {
      throw new SqlError('08P01', `a message of the type ${type}`);
    }
  }

  async #run(sql, values) {
    const { match, columns, run } = find(sql);
    if (this.#hasFailed && !/^\s*rollback/i.test(sql))
      throw new SqlError('25P02', 'current transaction is aborted');
    return { columns, ...(await run(this, [...match.slice(1), ...values])) };
  }

  // Statements

  get table() {
    return this.#transaction ?? this.#stored.table;
  }

  begin() {
    this.#transaction = clone(this.#stored.table);
  }

  end(isCommitted) {
    if (isCommitted && !this.#hasFailed) this.#stored.table = this.#transaction;
    this.#transaction = null;
    this.#hasFailed = false;
  }

  async sleep(seconds) {
    const loop = this.#bight.getRunningLoop();
    this.#cancelled = loop.createFuture();
    const timer = loop.callLater(seconds, () => this.#cancelled.done() || this.#cancelled.setResult('slept'));
    const outcome = await this.#cancelled;
    this.#cancelled = null;
    timer.cancel();
    if (outcome === null) throw new SqlError('57014', 'canceling statement due to user request');
  }

  // Sending

  #describe(columns) {
    const list = Object.entries(columns).map(([name, type]) =>
      Buffer.concat([text(name), int32(0), int16(0), int32(OID[type]), int16(-1), int32(-1), int16(0)]),
    );
    this.#send('T', int16(list.length), ...list);
  }

  #answer({ rows = [], tag }) {
    for (const row of rows) {
      const list = row.map((value) => {
        const bytes = Buffer.from(String(value));
        return Buffer.concat([int32(bytes.length), bytes]);
      });
      this.#send('D', int16(list.length), ...list);
    }
    this.#send('C', text(tag));
  }

  #ready() {
    const inTransaction = this.#hasFailed ? 'E' : 'T';
    this.#send('Z', Buffer.from(this.#transaction === null ? 'I' : inTransaction));
  }

  #send(type, ...parts) {
    const body = Buffer.concat(parts);
    this.#writer.write(Buffer.concat([Buffer.from(type), int32(body.length + 4), body]));
  }
}

/** The supported statements, with the columns of their results. */
const statements = [
  {
    pattern: /^select \$1::int \+ 1 as sum$/,
    columns: { sum: 'int4' },
    run: (_session, [value]) => ({ rows: [[Number(value) + 1]], tag: 'SELECT 1' }),
  },
  {
    pattern: /^select pg_sleep\((\d+)\)$/,
    columns: { pg_sleep: 'text' },
    async run(session, [seconds]) {
      await session.sleep(Number(seconds));
      return { rows: [['']], tag: 'SELECT 1' };
    },
  },
  {
    pattern: /^insert into cups values \(\$1, \$2\)$/,
    columns: null,
    run({ table }, [name, number]) {
      if (table.has(name))
        throw new SqlError('23505', 'duplicate key value violates unique constraint "cups_pkey"');
      table.set(name, Number(number));
      return { tag: 'INSERT 0 1' };
    },
  },
  {
    pattern: /^select name, number from cups$/,
    columns: { name: 'text', number: 'int4' },
    run: ({ table }) => ({ rows: [...table], tag: `SELECT ${table.size}` }),
  },
  { pattern: /^begin$/, columns: null, run: (session) => ({ tag: 'BEGIN', done: session.begin() }) },
  { pattern: /^commit$/, columns: null, run: (session) => ({ tag: 'COMMIT', done: session.end(true) }) },
  { pattern: /^rollback$/, columns: null, run: (session) => ({ tag: 'ROLLBACK', done: session.end(false) }) },
];

/** Parses a statement, or throws a syntax error. */
function find(sql) {
  for (const { pattern, ...statement } of statements) {
    const match = pattern.exec(sql.trim());
    if (match !== null) return { match, ...statement };
  }
  throw new SqlError('42601', `syntax error in "${sql}"`);
}

/** Reads the fields of a message, one after the other. */
class Fields {
  #bytes;
  #at = 0;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  byte() {
    return this.#bytes[this.#at++];
  }

  int16() {
    this.#at += 2;
    return this.#bytes.readInt16BE(this.#at - 2);
  }

  text() {
    const end = this.#bytes.indexOf(0, this.#at);
    const found = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return found;
  }

  /** A parameter as a string; `null` for NULL. */
  value() {
    const length = this.#bytes.readInt32BE(this.#at);
    this.#at += 4;
    if (length < 0) return null;
    this.#at += length;
    return this.#bytes.toString('utf8', this.#at - length, this.#at);
  }
}

function int16(value) {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

const text = (value) => Buffer.from(`${value}\0`);

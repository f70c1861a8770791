import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { commandLine } from './support/example.js';

/** An editor with a language server, and the messages of the server. */
class Editor {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #messages: AsyncGenerator<Record<string, unknown>>;
  readonly #closed: Promise<unknown[]>;
  #lastId = 0;

  constructor() {
    const [node, ...args] = commandLine('lsp', ['--stdio']) as [string, ...string[]];
    this.#child = spawn(node, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#closed = once(this.#child, 'close');
    this.#messages = messagesOf(this.#child.stdout);
  }

  send(...messages: object[]): void {
    const texts = messages.map((message) => JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.sendRaw(...texts);
  }

  sendRaw(...texts: string[]): void {
    const frames = texts.map((text) => `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    this.#child.stdin.write(frames.join(''));
  }

  async next(): Promise<Record<string, unknown>> {
    return (await this.#messages.next()).value as Record<string, unknown>;
  }

  /** Sends a request; returns the messages until its answer, and the answer. */
  async ask(method: string, params: object = {}): Promise<[object[], Record<string, unknown>]> {
    const id = ++this.#lastId;
    this.send({ id, method, params });
    const before: object[] = [];
    for (let message = await this.next(); ; message = await this.next()) {
      if (message.id === id) return [before, message];
      before.push(message);
    }
  }

  open(uri: string, text: string): void {
    const textDocument = { uri, languageId: 'prose', version: 1, text };
    this.send({ method: 'textDocument/didOpen', params: { textDocument } });
  }

  /** Closes the server's input; returns its exit status. */
  async end(): Promise<unknown[]> {
    this.#child.stdin.on('error', () => {}).end();
    return this.#closed;
  }
}

async function* messagesOf(stream: Readable): AsyncGenerator<Record<string, unknown>> {
  let received = Buffer.alloc(0);
  for await (const piece of stream) {
    received = Buffer.concat([received, piece as Buffer]);
    for (;;) {
      const head = received.indexOf('\r\n\r\n');
      const length = Number(
        /Content-Length: (\d+)/.exec(received.toString('latin1', 0, Math.max(head, 0)))?.[1],
      );
      if (head < 0 || received.length < head + 4 + length) break;
      yield JSON.parse(received.toString('utf8', head + 4, head + 4 + length)) as Record<string, unknown>;
      received = received.subarray(head + 4 + length);
    }
  }
}

test('an editor is warned, asks, changes, closes and says goodbye', async () => {
  const editor = new Editor();
  const [, early] = await editor.ask('textDocument/hover');
  expect(early).toMatchObject({ error: { code: -32_002 } });
  const [, ready] = await editor.ask('initialize', { capabilities: {} });
  expect(ready).toMatchObject({ result: { capabilities: { hoverProvider: true } } });
  editor.send({ method: 'initialized', params: {} });
  const uri = 'file:///prose.txt';
  const textDocument = { uri };
  editor.open(uri, 'naïve\nthe the sea, and the the sky 🌊');
  const warning = (character: number) => ({
    range: { start: { line: 1, character }, end: { line: 1, character: character + 7 } },
    severity: 2,
    source: 'prose',
    message: '“the” stands twice',
  });
  expect(await editor.next()).toMatchObject({
    method: 'textDocument/publishDiagnostics',
    params: { uri, diagnostics: [warning(0), warning(17)] },
  });
  const [, hover] = await editor.ask('textDocument/hover', {
    textDocument,
    position: { line: 1, character: 9 },
  });
  expect(hover).toMatchObject({ result: { contents: '“sea” occurs 1 times' } });
  editor.send({
    method: 'textDocument/didChange',
    params: { textDocument, contentChanges: [{ text: 'the sea' }] },
  });
  expect(await editor.next()).toMatchObject({ params: { uri, diagnostics: [] } });
  editor.send({ method: 'textDocument/didClose', params: { textDocument } });
  expect(await editor.next()).toMatchObject({ params: { uri, diagnostics: [] } });
  const [, closed] = await editor.ask('textDocument/hover', {
    textDocument,
    position: { line: 0, character: 0 },
  });
  expect(closed).toMatchObject({ error: { code: -32_602 } });
  const [, unknown] = await editor.ask('textDocument/rename');
  expect(unknown).toMatchObject({ error: { code: -32_601 } });
  editor.sendRaw('{', '[]', '{"jsonrpc":"2.0","id":"x"}');
  const errors = [await editor.next(), await editor.next(), await editor.next()];
  expect(errors.map(({ id, error }) => [id, (error as { code: number }).code])).toEqual([
    [null, -32_700],
    [null, -32_600],
    ['x', -32_600],
  ]);
  expect((await editor.ask('shutdown'))[1]).toMatchObject({ result: null });
  expect((await editor.ask('textDocument/hover'))[1]).toMatchObject({ error: { code: -32_600 } });
  editor.send({ method: 'exit' });
  expect(await editor.end()).toEqual([0, null]);
});

test('a search reports its progress, and is cancelled', async () => {
  const editor = new Editor();
  await editor.ask('initialize');
  const diagnostics = Promise.all(Array.from({ length: 60 }, () => editor.next()));
  for (let i = 0; i < 60; i++) editor.open(`file:///${i}`, 'a sea\nof words');
  await diagnostics;
  const [progress, answer] = await editor.ask('workspace/symbol', { query: 'sea', workDoneToken: 'token' });
  expect((answer.result as object[]).length).toBe(60);
  const kinds = progress.map(
    (message) => (message as { params: { value: { kind: string } } }).params.value.kind,
  );
  expect(kinds).toEqual(['begin', ...Array(6).fill('report'), 'end']);
  // Both are sent in one piece, and received before the search has had a turn to end.
  editor.send(
    { id: 'slow', method: 'workspace/symbol', params: { query: 'sea', workDoneToken: 7 } },
    { method: '$/cancelRequest', params: { id: 'slow' } },
  );
  const messages = [];
  do messages.push(await editor.next());
  while (messages.at(-1)!.id !== 'slow');
  expect(messages.at(-1)).toMatchObject({ error: { code: -32_800 } });
  // Later requests work. The end of the input ends the server, as when the editor crashes.
  expect((await editor.ask('workspace/symbol', { query: 'words' }))[1]).toMatchObject({
    result: expect.any(Array),
  });
  expect(await editor.end()).toEqual([0, null]);
});

import { checkpoint } from 'bight';
import { ErrorCode, type JsonRpcConnection, ResponseError, type Service } from './json-rpc.js';

interface Position {
  readonly line: number;
  readonly character: number;
}

interface TextDocument {
  readonly uri: string;
  readonly text: string;
}

type Params = Readonly<Record<string, unknown>>;

const WARNING = 2;
/** Every change contains the whole text. */
const FULL = 1;
/** The number of documents that are searched between two turns of the loop and reports to the client. */
const STEP = 10;

/**
 * A language server for prose: it warns of repeated words, shows how often a word occurs, and searches all open
 * documents.
 */
export class ProseServer implements Service {
  readonly #connection: JsonRpcConnection;
  readonly #documents = new Map<string, string>();
  #state: 'new' | 'ready' | 'shut down' = 'new';

  constructor(connection: JsonRpcConnection) {
    this.#connection = connection;
  }

  /** Whether the client has shut the server down properly. */
  get hasShutDown(): boolean {
    return this.#state === 'shut down';
  }

  request(method: string, params: unknown): unknown {
    if (method === 'initialize') return this.#initialize();
    if (this.#state === 'new') throw new ResponseError(ErrorCode.notInitialized, 'initialize first');
    if (this.#state === 'shut down') throw new ResponseError(ErrorCode.invalidRequest, 'it has shut down');
    switch (method) {
      case 'shutdown':
        this.#state = 'shut down';
        return null;
      case 'textDocument/hover':
        return this.#hover(params as Params);
      case 'workspace/symbol':
        return this.#search(params as Params);
      default:
        throw new ResponseError(ErrorCode.methodNotFound, `no such method: ${method}`);
    }
  }

  notification(method: string, params: unknown): void {
    const { textDocument, contentChanges } = (params ?? {}) as {
      textDocument: TextDocument;
      contentChanges: { text: string }[];
    };
    switch (method) {
      case 'textDocument/didOpen':
        this.#check(textDocument.uri, textDocument.text);
        break;
      case 'textDocument/didChange':
        this.#check(textDocument.uri, contentChanges.at(-1)!.text);
        break;
      case 'textDocument/didClose':
        this.#documents.delete(textDocument.uri);
        this.#publish(textDocument.uri, []);
    }
  }

  #initialize(): object {
    this.#state = 'ready';
    return {
      capabilities: {
        textDocumentSync: { openClose: true, change: FULL },
        hoverProvider: true,
        workspaceSymbolProvider: { workDoneProgress: true },
      },
      serverInfo: { name: 'prose' },
    };
  }

  #check(uri: string, text: string): void {
    this.#documents.set(uri, text);
    const repeated = text.split('\n').flatMap((content, line) =>
      [...content.matchAll(/\b(\p{L}+)\s+\1\b/giu)].map((match) => ({
        range: {
          start: { line, character: match.index },
          end: { line, character: match.index + match[0].length },
        },
        severity: WARNING,
        source: 'prose',
        message: `“${match[1]}” stands twice`,
      })),
    );
    this.#publish(uri, repeated);
  }

  #publish(uri: string, diagnostics: readonly object[]): void {
    this.#connection.notify('textDocument/publishDiagnostics', { uri, diagnostics });
  }

  #hover(params: Params): object | null {
    const { textDocument, position } = params as { textDocument: TextDocument; position: Position };
    const text = this.#documents.get(textDocument.uri);
    if (text === undefined) throw new ResponseError(ErrorCode.invalidParams, 'the document is not open');
    const line = text.split('\n')[position.line] ?? '';
    const word = [...line.matchAll(/\p{L}+/gu)].find(
      ({ index, 0: { length } }) => index <= position.character && position.character <= index + length,
    )?.[0];
    if (word === undefined) return null;
    return { contents: `“${word}” occurs ${occurrences(text, word).length} times` };
  }

  /** Searches all documents. It reports its progress, and can be cancelled. */
  async #search(params: Params): Promise<object[]> {
    const { query, workDoneToken } = params as { query: string; workDoneToken?: number | string };
    const report = (value: object) => {
      if (workDoneToken !== undefined) this.#connection.notify('$/progress', { token: workDoneToken, value });
    };
    const documents = [...this.#documents];
    const found: object[] = [];
    report({ kind: 'begin', title: `searching for ${query}`, cancellable: true, percentage: 0 });
    try {
      for (const [index, [uri, text]] of documents.entries()) {
        for (const { line, character } of occurrences(text, query)) {
          const range = { start: { line, character }, end: { line, character: character + query.length } };
          found.push({ name: query, kind: 15, location: { uri, range } });
        }
        if (index % STEP !== STEP - 1) continue;
        report({ kind: 'report', percentage: Math.floor((100 * index) / documents.length) });
        await checkpoint();
      }
    } finally {
      report({ kind: 'end' });
    }
    return found;
  }
}

function occurrences(text: string, word: string): Position[] {
  if (word === '') return [];
  const positions: Position[] = [];
  for (const [line, content] of text.split('\n').entries()) {
    for (let at = content.indexOf(word); at >= 0; at = content.indexOf(word, at + word.length))
      positions.push({ line, character: at });
  }
  return positions;
}

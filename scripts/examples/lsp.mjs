// Checks of examples/lsp with the client of vscode-languageserver-protocol.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { programOf } from './program.mjs';

/** Opens an editor: a connection to the server, and the notifications that it gets. */
async function opened(load) {
  const protocol = await load('vscode-languageserver-protocol/node');
  const lsp = protocol.default ?? protocol;
  const child = spawn(process.execPath, [programOf('lsp'), '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const connection = lsp.createProtocolConnection(
    new lsp.StreamMessageReader(child.stdout),
    new lsp.StreamMessageWriter(child.stdin),
  );
  const diagnostics = [];
  const arrivals = [];
  connection.onNotification(lsp.PublishDiagnosticsNotification.type, (params) => {
    const waiting = arrivals.shift();
    if (waiting === undefined) diagnostics.push(params);
    else waiting(params);
  });
  const published = () =>
    diagnostics.length > 0
      ? Promise.resolve(diagnostics.shift())
      : new Promise((resolve) => arrivals.push(resolve));
  connection.listen();
  const { capabilities } = await connection.sendRequest(lsp.InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    capabilities: {},
  });
  await connection.sendNotification(lsp.InitializedNotification.type, {});
  const open = (uri, text) =>
    connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: 'prose', version: 1, text },
    });
  const end = async () => {
    await connection.sendRequest(lsp.ShutdownRequest.type);
    await connection.sendNotification(lsp.ExitNotification.type);
    assert.deepEqual(await exited, [0, null]);
    connection.dispose();
  };
  return { lsp, connection, capabilities, published, open, end };
}

export const lspChecks = {
  'vscode-languageserver-protocol opens, is warned, asks, changes and says goodbye': async ({ load }) => {
    const { lsp, connection, capabilities, published, open, end } = await opened(load);
    assert.equal(capabilities.hoverProvider, true);
    const uri = 'file:///prose.txt';
    await open(uri, 'the the 🌊 sea');
    const { diagnostics } = await published();
    assert.deepEqual(diagnostics[0].range, {
      start: { line: 0, character: 0 },
      end: { line: 0, character: 7 },
    });
    const hover = await connection.sendRequest(lsp.HoverRequest.type, {
      textDocument: { uri },
      position: { line: 0, character: 12 },
    });
    assert.match(hover.contents, /“sea” occurs 1 times/);
    await connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: 2 },
      contentChanges: [{ text: 'the sea' }],
    });
    assert.deepEqual((await published()).diagnostics, []);
    await assert.rejects(
      connection.sendRequest(lsp.RenameRequest.type, {
        textDocument: { uri },
        position: { line: 0, character: 0 },
        newName: 'x',
      }),
      { code: lsp.ErrorCodes.MethodNotFound },
    );
    await end();
  },
  'vscode-languageserver-protocol follows a search, and cancels one': async ({ load }) => {
    const { lsp, connection, published, open, end } = await opened(load);
    for (let i = 0; i < 200; i++) {
      await open(`file:///${i}`, `a sea\n${'of many words\n'.repeat(5000)}`);
      await published();
    }
    const steps = [];
    const workDoneToken = 'search';
    connection.onProgress(lsp.WorkDoneProgress.type, workDoneToken, ({ kind }) => steps.push(kind));
    const found = await connection.sendRequest(lsp.WorkspaceSymbolRequest.type, {
      query: 'sea',
      workDoneToken,
    });
    assert.equal(found.length, 200);
    assert.equal(steps.at(0), 'begin');
    assert.equal(steps.at(-1), 'end');
    assert(steps.length > 10);
    const source = new lsp.CancellationTokenSource();
    const cancelled = connection.sendRequest(lsp.WorkspaceSymbolRequest.type, { query: 'sea' }, source.token);
    source.cancel();
    await assert.rejects(cancelled, { code: lsp.LSPErrorCodes.RequestCancelled });
    await end();
  },
};

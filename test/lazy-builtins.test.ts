import { expect, test } from '@jest/globals';
import { withLazyBuiltins } from '../scripts/lazy-builtins.mjs';

const bundled = `import { Buffer } from "node:buffer";
import {
  constants,
  hostname as nameOfHost
} from "node:os";
import tls, { connect } from "node:tls";
import * as net from "node:net";
var signals = constants.signals;
var describe = () => ({ constants, connect: tls.connect === connect, net: net.isIP("::1") });
var start = (options) => new net.Socket(options);
var Server = class extends net.Server {
  connect() {
    return this.connect;
  }
};
export { Buffer, describe, nameOfHost as unused, signals, start, Server };
`.replace('nameOfHost as unused, ', '');

test("Node's modules are what they were, loaded at the first use", async () => {
  const text = withLazyBuiltins(bundled);
  const made = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  const os = process.getBuiltinModule('node:os');
  const net = process.getBuiltinModule('node:net');
  expect(made.signals).toEqual(os.constants.signals);
  expect(made.describe()).toEqual({ constants: os.constants, connect: true, net: 6 });
  expect(made.start()).toBeInstanceOf(net.Socket);
  expect(new made.Server()).toBeInstanceOf(net.Server);
});

test('only modules that every Node has loaded are still imported', () => {
  const imported = [...withLazyBuiltins(bundled).matchAll(/from "(node:\w+)"/g)].map(([, name]) => name);
  expect(imported).toEqual(['node:buffer']);
});

test('no line moves, so that source maps stay right', () => {
  const lines = withLazyBuiltins(bundled).split('\n');
  expect(lines).toHaveLength(bundled.split('\n').length);
  expect(lines[7]).toContain('var signals');
});

test('a name of the module that means something else, too, is refused', () => {
  const text = 'import { connect } from "node:tls";\nvar f = (connect) => connect;\n';
  expect(() => withLazyBuiltins(text, 'bundle.js')).toThrow('bundle.js: connect means two things');
});

test("an export of one of Node's functions is refused", () => {
  expect(() => withLazyBuiltins('import { connect } from "node:tls";\nexport { connect };\n')).toThrow(
    'exports connect',
  );
});

test("an export that only has the name of one of Node's functions stays", async () => {
  const text =
    'import { constants } from "node:os"; var own = constants.signals; export { own as constants };';
  const { constants } = await import(`data:text/javascript,${encodeURIComponent(withLazyBuiltins(text))}`);
  expect(constants).toEqual(process.getBuiltinModule('node:os').constants.signals);
});

import { describe, expect, test } from '@jest/globals';
import { withConstantSymbols } from '../scripts/constant-symbols.mjs';

const chunk = `// src/internals.ts
var kState = /* @__PURE__ */ Symbol.for("@bight/x/state");
var kValue = /* @__PURE__ */ Symbol.for("@bight/x/value");

// src/future.ts
var _a;
kValue, _a = kState;
var Future = class {
  constructor() {
    this[_a] = 0;
  }
};

export {
  kState,
  Future,
  kValue
};
`;
const entry = `import {
  Future,
  kState
} from "./chunk-A.js";
var state = (future) => future[kState];
export {
  Future,
  state
};
`;

function transform(texts: Record<string, string>): Record<string, string> {
  return Object.fromEntries(withConstantSymbols(new Map(Object.entries(texts))));
}

describe('the symbols of a bundle', () => {
  const { 'chunk-A.js': made, 'index.js': used } = transform({ 'chunk-A.js': chunk, 'index.js': entry });

  test('are constants where they are made, and no longer exported', () => {
    expect(made).toContain('const kState = /* @__PURE__ */ Symbol.for("@bight/x/state");');
    expect(made).toMatch(/export \{\n\n {2}Future,\n\n\};/);
  });

  test('are constants of each file that uses them, instead of imports', () => {
    expect(used).toContain('const kState = Symbol.for("@bight/x/state");');
    expect(used).toMatch(/import \{\n {2}Future,\n\n\} from/);
  });

  test('are the keys of fields', () => {
    expect(made).toContain('this[kState] = 0;');
  });

  test('leave every line where it was', () => {
    expect(made?.split('\n').length).toBe(chunk.split('\n').length);
    expect(used?.split('\n').length).toBe(entry.split('\n').length);
  });

  test('stay shared where a file calls one by another name', () => {
    const renamed = entry.replace('  kState\n', '  kState as kOther\n');
    const texts = transform({ 'chunk-A.js': chunk, 'index.js': renamed });
    expect(texts['index.js']).toBe(renamed);
    expect(texts['chunk-A.js']).toContain('var kState');
    expect(texts['chunk-A.js']).toContain('const kValue');
  });
});

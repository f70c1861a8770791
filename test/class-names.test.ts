import { expect, test } from '@jest/globals';
import { buildSync } from 'esbuild';
import { withClassNames } from '../scripts/class-names.mjs';

const bundled = `
var Base = class _Base {
  static made = 0;
  static { _Base.made = 1; }
  _Base() { return this._Base; }
  clone() { return new _Base(); }
  describe() { return \`\${_Base.name} \${{ _Base: 1 }._Base}\`; }
};
var Plain = class {};
var Derived = class _Derived extends Base {
  static isOne(value) { return value instanceof _Derived; }
};
export { Base, Derived, Plain };
`;

test('classes of a bundle have the names of their variables', async () => {
  const text = withClassNames(bundled);
  const { Base, Derived, Plain } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  expect([Base.name, Derived.name, Plain.name]).toEqual(['Base', 'Derived', 'Plain']);
  expect(Base.made).toBe(1);
  expect(new Base().clone()).toBeInstanceOf(Base);
  expect(new Base().describe()).toBe('Base 1');
  expect(Derived.isOne(new Derived())).toBe(true);
});

test('a class that is named in two steps has the name of its second variable', async () => {
  const text = withClassNames(
    'var _A = class _A { static of() { return new _A(); } }; _A.one = 1; var A = _A; export { A };',
  );
  const { A } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  expect([A.name, A.one, A.of().constructor === A]).toEqual(['A', 1, true]);
});

test('no text moves, so that source maps stay right', () => {
  const text = withClassNames(bundled);
  expect(text).toHaveLength(bundled.length);
  expect(text.replaceAll('Base ', '_Base').indexOf('clone')).toBe(bundled.indexOf('clone'));
  expect(text.split('\n').map((line) => line.length)).toEqual(bundled.split('\n').map((line) => line.length));
});

test('a name that means something else within the class is refused', () => {
  expect(() => withClassNames('var A = class _A { m(A) { return new _A(A); } };')).toThrow(
    'A is used for something else within _A',
  );
  expect(() => withClassNames('var A = class _A { m() { return { _A }; } };')).toThrow('names a property');
  expect(() => withClassNames('var Long = class _L { };')).toThrow('_L has no room for Long');
});

test('esbuild still writes classes in the form that is looked for', () => {
  const contents = 'export class Counter { static made = 0; constructor() { Counter.made++; } }';
  const { outputFiles } = buildSync({ stdin: { contents }, bundle: true, format: 'esm', write: false });
  const { text } = outputFiles[0] as { text: string };
  expect(text).toContain('class _Counter');
  expect(withClassNames(text)).not.toContain('_Counter');
});

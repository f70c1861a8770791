import { expect, test } from '@jest/globals';
import { withoutInternal } from '../scripts/strip-internal.mjs';

test('underscored and internal members go from declarations, types and other members stay', () => {
  const text = `
/** @internal */
export interface Waiter {
    /** Goes. */
    _run(): void;
    name: string;
}
export declare class Future<T> implements Waiter {
    #private;
    _state: number;
    name: string;
    /** @internal Goes. */
    constructor(state: number);
    /** Stays. */
    then(callback: (value: { _inner: T }) => void): void;
}
`;
  expect(withoutInternal(text)).toBe(`
/** @internal */
export interface Waiter {
    name: string;
}
export declare class Future<T> {
    #private;
    name: string;
    /** Stays. */
    then(callback: (value: { }) => void): void;
}
`);
});

test('a class that lost members no longer claims to implement interfaces of its own package', () => {
  const imports = `import type { Public } from 'elsewhere';\nimport { type Sink } from './sink.js';\n`;
  const text = `${imports}export declare class A extends B implements Sink, Public<1> {
    /** @internal */
    received(): void;
}
export declare class C implements Sink {
    received(): void;
}
`;
  expect(withoutInternal(text)).toBe(`${imports}export declare class A extends B implements Public<1> {
}
export declare class C implements Sink {
    received(): void;
}
`);
});

test('imports that only internal members needed go with them', () => {
  const text = `import type { Memory } from './memory.js';
import { type Kept, Other } from './other.js';
import './effect.js';
export declare class A {
    /** {@link Memory} */
    kept: Kept;
    _other: Other<Memory>;
}
`;
  expect(withoutInternal(text)).toBe(`import { type Kept } from './other.js';
import './effect.js';
export declare class A {
    /** {@link Memory} */
    kept: Kept;
}
`);
});

test('declarations without internal members stay as they are', () => {
  const text = 'export declare function _helper(): void;\nexport declare const _value: number;\n';
  expect(withoutInternal(text)).toBe(text);
});

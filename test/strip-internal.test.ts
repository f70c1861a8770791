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
export declare class Future<T> implements Waiter {
    #private;
    name: string;
    /** Stays. */
    then(callback: (value: { }) => void): void;
}
`);
});

test('declarations without internal members stay as they are', () => {
  const text = 'export declare function _helper(): void;\nexport declare const _value: number;\n';
  expect(withoutInternal(text)).toBe(text);
});

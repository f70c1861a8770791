import type { ContextVar } from './context-var.js';
import { find } from './hamt/find.js';
import { insert } from './hamt/insert.js';
import type { KeyKind } from './hamt/key-kind.js';
import { At, emptyNode, isBitmap, type Node, Other, pairOf } from './hamt/node.js';
import { remove } from './hamt/remove.js';
import { kHash, kHint, kVariables } from './internals.js';

/** A variable whose type does not matter. */
export type AnyVar = ContextVar<unknown>;

/** What has variables: a context of any copy of the package. */
export interface Holder {
  [kVariables]: Variables;
}

/** The variables of a context with their values: a trie that is never changed, only replaced. */
export type Variables = Node<AnyVar, unknown>;

/** The result of reading a variable without a value. */
export const ABSENT = Symbol('absent');

/** Variables have their hash with them, and are equal to nothing else. */
export const variableKind: KeyKind<AnyVar> = {
  hash: (variable) => variable[kHash],
  equals: () => false,
};

/** No variables. */
export const noVariables: Variables = emptyNode();

/**
 * The value of a variable, or `ABSENT`.
 *
 * Each variable remembers where in a root node it was found last. Contexts of one program mostly hold the same
 * variables, so it is there in most of them. CPython caches the last value instead; a place alone keeps no context and
 * no value alive.
 */
export function read(variables: Variables, variable: AnyVar): unknown {
  const hint = variable[kHint];
  return variables[hint] === variable ? variables[hint + 1] : search(variables, variable);
}

/** `read` of a variable that is not where it was last. */
export function search(variables: Variables, variable: AnyVar): unknown {
  const way = variable[kHash] & 31;
  if (isBitmap(variables)) {
    const bitmap = variables[At.Head] as number;
    const bit = 1 << way;
    if ((bitmap & bit) === 0) return ABSENT;
    const pair = pairOf(bitmap, bit);
    if (variables[pair] === variable) {
      variable[kHint] = pair;
      return variables[pair + 1];
    }
  } else {
    // With more than 16 variables the root is an array node, and each of the first 32 of a program is a lone entry in
    // it.
    const child = variables[Other.First + way] as Variables | undefined;
    if (child === undefined) return ABSENT;
    if (child[Other.First] === variable) return child[Other.First + 1];
  }
  return find(variables, variable[kHash], variable, variableKind, ABSENT);
}

/** Sets a variable. @returns the value before, or `ABSENT` */
export function write(holder: Holder, variable: AnyVar, value: unknown): unknown {
  const variables = holder[kVariables];
  const before = read(variables, variable);
  holder[kVariables] = insert(variables, 0, variable[kHash], variable, value, variableKind);
  return before;
}

/** Removes a variable's value. */
export function erase(holder: Holder, variable: AnyVar): void {
  holder[kVariables] = remove(holder[kVariables], 0, variable[kHash], variable, variableKind) ?? noVariables;
}

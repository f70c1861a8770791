/*
 * The trie. A key's 32-bit hash is read in steps of five bits, lowest first; each step chooses one of 32 ways down.
 *
 *   hash of K = … 00010 00111
 *                 │     └──── first step: way 7 of the root
 *                 └────────── second step: way 2 of the node there
 *
 *   bitmap node     null │ ways 1, 4, 7 │ child 4 │ key 1, value 1 │ –, ● │ key 7, value 7
 *                                                                       │
 *                      ┌────────────────────────────────────────────────┘
 *                      ▼
 *   collision node  false │ hash │ key, value │ key, value
 *
 *   array node      true │ children │ node │ – │ node │ node │ – │ …       32 places
 *
 * - A bitmap node has a bit for each way that exists and, packed in the order of the ways, a pair of places for each: a
 *   key and its value or, where the second bitmap says so, nothing and the node to go on with. Counting the bits below
 *   a way's bit finds its pair.
 * - An array node has a place for every way, for nodes only, and so needs no counting. A bitmap node becomes one when
 *   it gets its 17th child, and an array node with 16 of them becomes a bitmap node. A lone entry in it is a collision
 *   node of one, and does not count.
 * - A collision node holds entries whose hashes agree in all 32 bits. It stands as high up as it can: below it there is
 *   nothing to choose.
 * - A node below the root holds at least two entries (but for the lone ones in array nodes). So one set of entries has
 *   one shape, whatever it grew from, and equal tries are compared node by node.
 *
 * Nodes never change. A change copies the nodes on the path from the root to the entry, seven at most, and shares all
 * the others with the versions before.
 *
 * Nodes are plain arrays, and not objects with an array inside: the way down is a chain of dependent loads, their cache
 * misses are its price, and this saves one load of three at each step, and one of two allocations. What leads a node is
 * `null`, `true` or `false`, and is no number: V8 would lay out an array of nothing but numbers differently, and code
 * that meets both layouts is slower. The indices below are an enum, and the marks are literals, because bundlers inline
 * these; a bundled constant is a variable that is loaded at every use.
 */

import { requireEngine } from '../shared/require-engine.js';
import { type KeyKind, sameKey } from './key-kind.js';

requireEngine();

declare const opaque: unique symbol;

/** A node of a trie from K to V; its layout is described at the head of this file. */
export interface Node<K, V> extends Array<unknown> {
  readonly [opaque]?: [K, V];
}

/** Where things are in a node. */
export enum At {
  /** `null` in a bitmap node, `true` in an array node, `false` in a collision node. */
  Mark = 0,
  /** The bitmap of the ways, the number of children that are not lone entries, or the hash. */
  Head = 1,
  /** In a bitmap node: which of the ways lead to nodes. */
  Children = 2,
  /** The first pair of a bitmap node. */
  BitmapPairs = 3,
}

/** Where things begin in the other nodes, which have no second bitmap. */
export enum Other {
  /** The first way of an array node, the first pair of a collision node. */
  First = 2,
}

/** The measures of the trie. */
export enum Size {
  /** Ways at each step. */
  Ways = 32,
  /** Bits of the hash that a step reads. */
  Step = 5,
  /** The most children of a bitmap node. */
  MostPacked = 16,
}

const empty = [null, 0, 0];

/** The trie without entries. */
export function emptyNode<K, V>(): Node<K, V> {
  return empty;
}

/** Whether a node is a bitmap node. */
export function isBitmap(node: Node<unknown, unknown>): boolean {
  return node[At.Mark] === null;
}

/** Whether a node is an array node. */
export function isArray(node: Node<unknown, unknown>): boolean {
  return node[At.Mark] === true;
}

/** Whether a node is a collision node. */
export function isCollision(node: Node<unknown, unknown>): boolean {
  return node[At.Mark] === false;
}

/** Whether a node is a collision node of one. */
export function isLone(node: Node<unknown, unknown>): boolean {
  return node[At.Mark] === false && node.length === Other.First + 2;
}

/** Which of the 32 ways a hash takes; `shift` says which bits of it the step reads. */
export function wayOf(hash: number, shift: number): number {
  return (hash >>> shift) & 31;
}

/** Where in a bitmap node the pair of a way is, or would be. */
export function pairOf(bitmap: number, bit: number): number {
  return At.BitmapPairs + 2 * popCount(bitmap & (bit - 1));
}

/** How many bits of a 32-bit integer are set. */
export function popCount(bits: number): number {
  let count = bits - ((bits >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Where in a collision node the pair of a key is; -1 when it has none. */
export function collidingPair<K>(node: Node<K, unknown>, key: K, kind: KeyKind<K>): number {
  for (let pair = Other.First; pair < node.length; pair += 2) {
    if (node[pair] === key || sameKey(kind, node[pair] as K, key)) return pair;
  }
  return -1;
}

/** A copy of a node with another pair at an index. */
export function withPair<K, V>(node: Node<K, V>, index: number, key: K, value: V): Node<K, V> {
  if (hasToSpliced) return node.toSpliced(index, 0, key, value);
  const copy = node.slice();
  copy.splice(index, 0, key, value);
  return copy;
}

/** A copy of a node without the pair at an index. */
export function withoutPair<K, V>(node: Node<K, V>, index: number): Node<K, V> {
  if (hasToSpliced) return node.toSpliced(index, 2);
  const copy = node.slice();
  copy.splice(index, 2);
  return copy;
}

/** Node 20 has none while it builds a startup snapshot. */
const hasToSpliced = typeof empty.toSpliced === 'function';

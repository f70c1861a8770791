/*
 * The members that the files of this package share and that its users do not see. Two installed copies of the package
 * work on each other's contexts, variables and tokens, so the symbols are registered; `shared/state.ts` numbers the
 * layout.
 */

/** The trie of a `Context`. */
export const kVariables: unique symbol = Symbol.for('@bight/contextvars.variables') as never;
/** How often a `Context` is on the synchronous stack: as the one entered, or as the one left for another. */
export const kEntered: unique symbol = Symbol.for('@bight/contextvars.entered') as never;
/** The `RunContext` of a `Context` outside of loops; made at its first entry. */
export const kBare: unique symbol = Symbol.for('@bight/contextvars.bare') as never;

/** The hash of a `ContextVar`. */
export const kHash: unique symbol = Symbol.for('@bight/contextvars.hash') as never;
/** Where in the root node of a trie a `ContextVar` was found last. */
export const kHint: unique symbol = Symbol.for('@bight/contextvars.hint') as never;

/** The variable of a `Token`. */
export const kVariable: unique symbol = Symbol.for('@bight/contextvars.variable') as never;
/** The context in which a `Token` was made. */
export const kContext: unique symbol = Symbol.for('@bight/contextvars.context') as never;
/** The value before a `Token`'s `set`, or `ABSENT`. */
export const kBefore: unique symbol = Symbol.for('@bight/contextvars.before') as never;
/** Whether a `Token` was used. */
export const kIsUsed: unique symbol = Symbol.for('@bight/contextvars.used') as never;

/** The task of a `RunContext`, while it is its own. */
export const kOwnTask: unique symbol = Symbol.for('@bight/contextvars.ownTask') as never;
/** The task that a `RunContext` shares with its copies, or `null` when it has none. */
export const kSharedTask: unique symbol = Symbol.for('@bight/contextvars.sharedTask') as never;

/** What the other storages hold where a `RunContext` is Node's context map. */
export const kOthers: unique symbol = Symbol.for('@bight/contextvars.others') as never;
/** Whether Node has copied the entries of a `RunContext`. */
export const kIsCopied: unique symbol = Symbol.for('@bight/contextvars.copied') as never;

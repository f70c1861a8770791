/* The members that the files of this package share, and that users of a loop never see. */

export const kReplaceSignalHandler: unique symbol = Symbol.for('@bight/loop-signals/replaceSignalHandler');

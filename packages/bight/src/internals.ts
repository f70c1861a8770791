/*
 * The members that the files of this package share and that its users never see: a subclass may have a member of any
 * name.
 */

export const kBorrowFrom: unique symbol = Symbol('borrowFrom');
export const kCheckOpen: unique symbol = Symbol('checkOpen');
export const kClosed: unique symbol = Symbol('closed');
export const kFeedBorrowed: unique symbol = Symbol('feedBorrowed');
export const kLoop: unique symbol = Symbol('loop');
export const kTakeUnread: unique symbol = Symbol('takeUnread');
export const kValue: unique symbol = Symbol('value');

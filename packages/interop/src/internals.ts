/*
 * The members that the files of this package share and that its users never see: a subclass may have a member of any
 * name.
 */

export const kAttach: unique symbol = Symbol('attach');
export const kDial: unique symbol = Symbol('dial');
export const kEnded: unique symbol = Symbol('ended');
export const kLost: unique symbol = Symbol('lost');
export const kReceived: unique symbol = Symbol('received');
export const kSetPaused: unique symbol = Symbol('setPaused');

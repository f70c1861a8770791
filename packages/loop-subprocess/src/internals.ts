/*
 * The members that the files of this package share and that its users never see: a subclass may have a member of any
 * name.
 */

export const kExited: unique symbol = Symbol('exited');

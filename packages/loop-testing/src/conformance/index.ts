/**
 * The conformance kit for event loops.
 *
 * @packageDocumentation
 */

export {};

/** The texts of a package's files, with constant symbols. */
export function withConstantSymbols(texts: Map<string, string>): Map<string, string>;

// The job of the suite.
export const double = (number) => number * 2;

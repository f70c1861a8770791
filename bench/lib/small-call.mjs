// The smallest call in a worker.
export const add = (a, b) => a + b;

/** Called by piscina. */
export default ([a, b]) => a + b;

// As the program of a bare child process.
if (process.env.ANSWER === '1') process.on('message', ([a, b]) => process.send(a + b));

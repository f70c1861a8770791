// The least that a call in a worker can do.
export const add = (a, b) => a + b;

/** What piscina calls. */
export default ([a, b]) => a + b;

// As the program of a bare child process.
if (process.env.ANSWER === '1') process.on('message', ([a, b]) => process.send(a + b));

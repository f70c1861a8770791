import path from 'node:path';

/** The folder of this rig; jest runs in the root of the repository. */
export const rig = path.resolve('test/differential');

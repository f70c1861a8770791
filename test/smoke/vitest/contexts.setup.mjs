// Each test has a context of its own, with its hooks.
import { copyContext } from 'bight';
import { aroundEach } from 'vitest';

aroundEach((runTest) => copyContext().run(runTest));

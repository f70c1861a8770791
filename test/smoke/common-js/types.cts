import bight = require('bight');
import contextvars = require('@bight/contextvars');
import lowLevel = require('@bight/loop-core/low-level');

import { simulate } from '@bight/loop-testing';

const variable = new contextvars.ContextVar<number>('variable');
const token: contextvars.Token<number> = variable.set(1);

const main = () =>
  bight.run(async () => {
    const future: bight.Future<number> = bight.getRunningLoop().createFuture<number>();
    return [future, lowLevel.enterFromHost, simulate];
  });

export = { token, main };

import { ContextFramePlatform } from '../carriers/context-frame.js';
import { platform } from '../carriers/platform.js';
import { plainEntry, plainRunInContext } from './plain.js';
import { rememberedEntry, rememberedRunInContext } from './remembered.js';

const frames = platform instanceof ContextFramePlatform ? platform : undefined;

/** Calls a function in a context, on this platform. */
export const enterContext = frames ? rememberedEntry(frames) : plainEntry(platform.storage);

/** Calls a loop's function in a context, on this platform. */
export const runInContext = frames ? rememberedRunInContext(frames) : plainRunInContext(platform);

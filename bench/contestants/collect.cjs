/** Preloaded into every thread of a process that runs with `--expose-gc`: each collects its garbage every so many seconds, so that what is left is what is held. */
const { setInterval } = require('node:timers');

const EVERY_MS = 5_000;

setInterval(() => globalThis.gc(), EVERY_MS).unref();

/** What is shown of a process that ended: the line that names its error, wherever a trace has pushed it. */
import { describe, expect, it } from 'vitest';
import { lastWords } from '../../src/stack/index.js';

const NODE = `node:internal/modules/cjs/loader:1210
  throw err;
  ^

Error: Cannot find module '/srv/nosuch.mjs'
    at Module._resolveFilename (node:internal/modules/cjs/loader:1207:15)
    at node:internal/main/run_main_module:28:49 {
  code: 'MODULE_NOT_FOUND',
  requireStack: []
}

Node.js v20.20.2
`.split('\n');

describe('the last words of a process', () => {
  it('begin with its error, where the trace is longer than what is shown', () => {
    expect(lastWords(NODE)).toEqual([
      "Error: Cannot find module '/srv/nosuch.mjs'",
      "  code: 'MODULE_NOT_FOUND',",
      '  requireStack: []',
      '}',
      'Node.js v20.20.2',
    ]);
  });

  it.each([
    ['Node.js, with a code', 'TypeError [ERR_INVALID_ARG_TYPE]: The "path" argument must be of type string'],
    ['Java', 'Exception in thread "main" java.lang.IllegalStateException: no port'],
    ['Go', 'panic: listen tcp :80: bind: permission denied'],
    ['Rust', "thread 'main' (12) panicked at src/main.rs:3:5:"],
  ])('know an error of %s', (_runtime, line) => {
    const trace = Array.from({ length: 12 }, (_, depth) => `    at frame ${depth}`);
    expect(lastWords(['up', line, ...trace])[0]).toBe(line);
  });

  it('are the last five lines that say something where no error stands before them', () => {
    expect(lastWords(['a', 'b', '', 'c', ' ', 'd', 'e', 'f'])).toEqual(['b', 'c', 'd', 'e', 'f']);
    expect(lastWords(['Traceback (most recent call last):', '  File "s.py"', 'OSError: in use'])).toHaveLength(3);
    expect(lastWords(['Error: retried', 'Error: gave up', 'bye'])).toEqual(['Error: retried', 'Error: gave up', 'bye']);
    expect(lastWords([])).toEqual([]);
  });
});

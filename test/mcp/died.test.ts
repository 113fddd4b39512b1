/** What is quoted of a server over stdio that ended: the line that names the error, where its runtime writes one. */
import { describe, expect, it } from 'vitest';
import { diedEarly } from '../../src/mcp/eras/index.js';

const quoted = (stderrTail: string, otherLine: string | null = null): string =>
  diedEarly('"server"', 'exit code 1', { stderrTail, otherLine }).what;

const NODE = `node:internal/modules/esm/resolve:873
  throw new ERR_MODULE_NOT_FOUND(packageName, fileURLToPath(base), null);

Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'zod' imported from /srv/server.mjs
    at packageResolve (node:internal/modules/esm/resolve:873:9)
  code: 'ERR_MODULE_NOT_FOUND'
}

Node.js v20.20.2
`;
const PYTHON = `Traceback (most recent call last):
  File "/srv/server.py", line 1, in <module>
    import mcp.server
ModuleNotFoundError: No module named 'mcp'
`;
const GO = `panic: runtime error: invalid memory address

goroutine 1 [running]:
main.main()
	/srv/main.go:12 +0x1d
exit status 2
`;

describe('a server that ended', () => {
  it.each([
    ['Node.js', NODE, "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'zod' imported from /srv/server.mjs"],
    ['Python', PYTHON, "ModuleNotFoundError: No module named 'mcp'"],
    ['Go', GO, 'panic: runtime error: invalid memory address'],
    ['no runtime of these', 'reading config\nno such key: port\n', 'reading config no such key: port'],
  ])('of %s is quoted with what ended it', (_, stderr, words) => {
    expect(quoted(stderr)).toBe(`the server "server" did not start: exit code 1 (stderr: ${words})`);
  });

  it('with a long log is quoted with its last whole lines', () => {
    const lines = Array.from({ length: 40 }, (_, at) => `step ${at} of the start is done`);
    const words = / \(stderr: (.*)\)$/.exec(quoted(lines.join('\n')))?.[1] ?? '';
    expect(words).toMatch(/^step \d+ of the start is done step .* step 39 of the start is done$/);
    expect(words.length).toBeLessThanOrEqual(200);
  });

  it('without a word on stderr is quoted with its first line on stdout', () => {
    expect(quoted('\n', 'usage: server FILE')).toMatch(/ \(stdout: usage: server FILE\)$/);
    expect(quoted('')).toMatch(/ did not start: exit code 1$/);
  });
});

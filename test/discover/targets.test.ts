/** Servers as they are named on a command line, and what is to be typed next. */
import { describe, expect, it } from 'vitest';
import { httpTarget, shellWords, stdioTarget, targetWords, withNextCommand } from '../../src/discover/index.js';

describe('a server that is named', () => {
  it('by an address may leave http:// out', () => {
    expect(httpTarget('localhost:3000/mcp', [])).toMatchObject({ kind: 'http', url: 'http://localhost:3000/mcp' });
    expect(httpTarget('https://[::1]:3000/mcp#part', [])).toMatchObject({ url: 'https://[::1]:3000/mcp' });
    expect(() => httpTarget('ftp://127.0.0.1/', [])).toThrow(/no http address/);
    expect(() => httpTarget('http://me:word@127.0.0.1/', [])).toThrow(/user name or password/);
  });

  it('gets headers that name secrets, and none that hold them', () => {
    expect(httpTarget('localhost:1', ['Authorization: Bearer ${secret.TOKEN}', 'Host: localhost'])).toMatchObject({
      headers: { Authorization: 'Bearer ${secret.TOKEN}', Host: 'localhost' },
    });
    expect(() => httpTarget('localhost:1', ['Authorization: Bearer abcdefgh'])).toThrow(/is written out/);
    expect(() => httpTarget('localhost:1', ['nonsense'])).toThrow(/not a name, a colon and a value/);
    expect(() => stdioTarget(['node'], '/', ['Host: x'])).toThrow(/gets no headers/);
  });

  it('by a command keeps its words, whatever a scenario would make of them', () => {
    expect(stdioTarget(['sh', '-c', 'echo ${HOME} ${secret.TOKEN}'], '/', [])).toMatchObject({
      command: ['sh', '-c', 'echo $${HOME} ${secret.TOKEN}'],
    });
    expect(() => stdioTarget([], '/', [])).toThrow(/no command stands behind --/);
  });

  it('is printed as it can be typed again', () => {
    expect(shellWords(['a', "it's", '${x}', ''])).toBe(`a 'it'\\''s' '\${x}' ''`);
    const target = httpTarget('localhost:3000/mcp', ['Authorization: Bearer ${secret.TOKEN}']);
    expect(targetWords(target)).toBe("http://localhost:3000/mcp --header 'Authorization: Bearer ${secret.TOKEN}'");
    expect(targetWords(stdioTarget(['sh', '-c', 'echo ${HOME}'], '/', []))).toBe("-- sh -c 'echo ${HOME}'");
  });
});

describe('what is typed next', () => {
  const target = httpTarget('127.0.0.1:3000/', []);
  const next = (code: string, what = ''): string =>
    withNextCommand({ code, what, remedy: 'As before.' }, target, { verb: 'plimsoll', tools: [], bounds: [] }).remedy;

  it('is a command that goes on from the mistake', () => {
    expect(next('connection-refused')).toMatch(/then type: plimsoll http:\/\/127\.0\.0\.1:3000\/$/);
    expect(next('not-authorised')).toMatch(
      /^give .*: TOKEN=\.\.\. plimsoll \S+ --header 'Authorization: Bearer \$\{secret\.TOKEN\}'$/,
    );
    expect(next('host-refused')).toMatch(/--header 'Host: localhost:3000'$/);
    expect(next('not-an-mcp-server')).toMatch(/: plimsoll http:\/\/127\.0\.0\.1:3000\/PATH$/);
    expect(next('target-unreachable', 'self-signed certificate')).toMatch(/NODE_EXTRA_CA_CERTS=ca\.pem plimsoll/);
    expect(next('something-else')).toBe('As before.');
  });
});

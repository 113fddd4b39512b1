/** Places that a scenario fills in when its stack comes up, and what is said of those that can't be. */
import { describe, expect, it } from 'vitest';
import { changed, line, problemsOf, read } from './helpers.js';

const withGate = (gate: string): string =>
  changed('  target: upstream', '  target: gate').replace(
    '  links:',
    `    gate: ${gate}\n    later: { mock: tools }\n  links:\n    behind: { to: later }`,
  );

describe('a service with files and steps', () => {
  const GATE =
    '{ command: [gw, "${files}/gw.yaml"], files: { gw.yaml: "up: ${link.upstream.url}" }, after-ready: [' +
    '{ request: { url: "http://127.0.0.1:${port}/add", headers: { a: b }, body: "${service.backend.port}" } }, ' +
    '{ command: [gw-tell, x], within: 2s }] }';

  it('is read with its defaults', () => {
    const { scenario, warnings } = read(withGate(GATE));
    expect(scenario.stack.services.find(({ name }) => name === 'gate')).toMatchObject({
      files: { 'gw.yaml': 'up: ${link.upstream.url}' },
      afterReady: [
        {
          kind: 'request',
          method: 'POST',
          headers: { 'content-type': 'application/json', a: 'b' },
          withinNs: 10e9,
        },
        { kind: 'command', command: ['gw-tell', 'x'], environment: {}, withinNs: 2e9 },
      ],
    });
    expect(warnings.filter(({ what }) => what.includes('upstream'))).toEqual([]);
  });

  it('counts a link as used whose address it takes', () => {
    const codes = (gate: string) => read(withGate(gate)).warnings.map(({ code, what }) => `${code} ${what}`);
    const unused = 'unused-link stack.links.upstream: no call passes this link';
    expect(codes('{ command: [gw] }')).toContain(unused);
    expect(codes('{ command: [gw, "${link.upstream.url}"] }')).not.toContain(unused);
  });

  it.each([
    ['a link that is not there', '{ command: ["${link.upstrem.url}"] }', 'there is no link "upstrem"'],
    [
      'a link whose service comes later',
      '{ command: ["${link.behind.url}"] }',
      'service "later" is not up yet when this is filled in',
    ],
    ['a file in a folder', '{ command: [gw], files: { "../x": a } }', '"../x" can\'t be used here'],
    ['a step that is nothing', '{ command: [gw], after-ready: [{ within: 1s }] }', 'a step needs one of the keys'],
    [
      'a step that leaves this machine',
      '{ command: [gw], after-ready: [{ request: { url: "http://example.com/" } }] }',
      'example.com is not this machine',
    ],
    ['a path that is filled in', '{ command: [gw], path: "/${files}" }', '${files} is not filled in here'],
  ])('may not have %s', (_what, gate, expected) => {
    expect(
      problemsOf(() => read(withGate(gate)))
        .map(line)
        .join('\n'),
    ).toContain(expected);
  });

  it('names the secrets of its files and steps, which are kept out of the record', () => {
    const gate =
      '{ command: [gw], files: { a: "${secret.ONE_KEY}" }, after-ready: [{ command: [x, "${secret.TWO_KEY}"] }] }';
    expect(problemsOf(() => read(withGate(gate))).map(({ what }) => what)).toEqual([
      'the secret ONE_KEY is not set',
      'the secret TWO_KEY is not set',
    ]);
  });
});

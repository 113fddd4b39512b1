/** What people and programs write: bodies, addresses, flags. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../../src/problem/index.js';
import { formatAddress, parseAddress, resolveListen } from '../../../src/toxiproxy/embedded/address.js';
import { field, firstValue } from '../../../src/toxiproxy/embedded/body.js';
import { Fifo } from '../../../src/toxiproxy/embedded/fifo.js';
import { parseFlags } from '../../../src/toxiproxy/embedded/flags.js';

describe('a request body', () => {
  it('is its first JSON value, whatever follows', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom('', ' ', '\n', ' trailing', '\n{"more":1}', ' ]', ' "'), (json, rest) => {
        expect(firstValue(` ${json}${rest}`)).toEqual(JSON.parse(json));
      }),
    );
  });

  it('that is cut short never passes as a whole one', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue(), { minKeys: 1 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (value, share) => {
          const json = JSON.stringify(value);
          expect(() => firstValue(json.slice(0, Math.floor(json.length * share)))).toThrow(/^bad request body: /);
        },
      ),
    );
  });

  it('has keys in any case, and null is absent', () => {
    expect(field({ LaTency: 5 }, 'latency')).toBe(5);
    expect(field({ latency: null }, 'latency')).toBe(undefined);
    expect(field({ latency: 1, LATENCY: 2 }, 'latency')).toBe(2);
  });
});

describe('an address', () => {
  it('comes back from its text', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.ipV4(), fc.constantFrom('localhost', '::1', 'fe80::2')),
        fc.integer({ min: 0, max: 65535 }),
        (host, port) => {
          expect(parseAddress(formatAddress({ host, port }))).toEqual({ host, port });
        },
      ),
    );
  });

  it('of nothing is a free loopback port, of a port alone all interfaces', async () => {
    expect(await resolveListen('')).toEqual({ host: '127.0.0.1', port: 0 });
    expect(await resolveListen(':80')).toEqual({ host: '::', port: 80 });
  });
});

describe('a queue', () => {
  it('gives back in order what it was given', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant(null), fc.integer()), { maxLength: 5_000, size: 'max' }), (actions) => {
        const queue = new Fifo<number>();
        const model: number[] = [];
        const seen: (number | undefined)[] = [];
        const expected: (number | undefined)[] = [];
        for (const action of actions) {
          if (action !== null) {
            queue.push(action);
            model.push(action);
          } else {
            seen.push(queue.peek(), queue.shift());
            expected.push(model[0], model.shift());
          }
          seen.push(queue.length);
          expected.push(model.length);
        }
        expect(seen).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });
});

describe('flags', () => {
  it('come with one dash or two, with = or a space', () => {
    const { server, parentStdin } = parseFlags([
      '-host=127.0.0.1',
      '--port',
      '0',
      '-seed',
      '7',
      '--proxy-metrics',
      '-parent-stdin',
    ]);
    expect(server).toEqual({ host: '127.0.0.1', port: 0, seed: 7, metrics: true });
    expect(parentStdin).toBe(true);
  });

  it('are all checked before anything is said', () => {
    const parse = (): unknown => parseFlags(['-port', '99999', '-seed=x', '--colour', 'word', '-host']);
    expect(parse).toThrow(ProblemError);
    try {
      parse();
    } catch (error) {
      expect((error as ProblemError).exitCode).toBe(2);
      expect((error as ProblemError).problems.map(({ what }) => what)).toEqual([
        'there is no flag -colour',
        '"word" is not a flag',
        '-host needs a value',
        '-port must be a whole number from 0 to 65535, not "99999"',
        '-seed must be a whole number from 0 to 9007199254740991, not "x"',
      ]);
    }
  });

  it('read proxies from a file, and name the file that does not hold any', () => {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-flags-'));
    try {
      const good = join(folder, 'good.json');
      const bad = join(folder, 'bad.json');
      writeFileSync(good, '[{"name":"a","listen":"127.0.0.1:0","upstream":"x:1"}]');
      writeFileSync(bad, '{"name":"a"}');
      expect(parseFlags(['-config', good]).server.proxies).toEqual([
        { name: 'a', listen: '127.0.0.1:0', upstream: 'x:1', enabled: true },
      ]);
      expect(() => parseFlags(['-config', bad])).toThrow(`${bad}: json: cannot unmarshal object`);
      expect(() => parseFlags(['-config', join(folder, 'none.json')])).toThrow('ENOENT');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/random/index.js';
import { keepSecrets, redactForeign, redactOurs, redactorOf } from '../../src/secrets/index.js';
import { ENCODINGS, hitsOf } from './encodings.js';

/** With every kind of character that one encoding or another escapes. */
const CANARY = 'Canary-5f/1c+7 "7"<&>\'ü\\%=:z';
const PLAIN = 'k3Yc4narypl41n';
const around = (text: string): string => `401 {"detail":"bad token ${text}"} retry`;

describe('a secret is taken out of a text', () => {
  for (const [name, encode] of Object.entries(ENCODINGS)) {
    it(`in the form ${name}`, () => {
      for (const secret of [CANARY, PLAIN]) {
        const redact = redactorOf(new Map([['KEY', secret]]), true);
        const done = redact(around(encode(secret)));
        expect(hitsOf(done, secret)).toEqual([]);
        expect(done).toContain('[secret KEY]');
        expect(done.startsWith('401 {"detail":"')).toBe(true);
        expect(done.endsWith('retry')).toBe(true);
      }
    });
  }

  it('in all forms, of any characters, at any place between others', () => {
    const random = seededRandom(1, 'secrets');
    const alphabet = ['a', 'Z', '7', '/', '+', '=', '"', "'", '<', '&', ' ', '%', '\\', '-', 'é', '日', '😀', '\n'];
    for (let i = 0; i < 24; i++) {
      const letters = Array.from(
        { length: 8 + random.below(24) },
        () => alphabet[random.below(alphabet.length)] ?? 'a',
      );
      const secret = letters.join('');
      const redact = redactorOf(new Map([['KEY', secret]]), true);
      for (const [name, encode] of Object.entries(ENCODINGS)) {
        const before = 'x'.repeat(random.below(5));
        expect([name, secret, hitsOf(redact(before + encode(secret)), secret)]).toEqual([name, secret, []]);
      }
    }
  });

  it('line by line where it has several, such as a key in PEM form', () => {
    const pem =
      '-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n-----END KEY-----';
    const redact = redactorOf(new Map([['PEM', pem]]), true);
    const lines = pem.split('\n').map((line) => redact(line));
    expect(lines.join('\n')).not.toMatch(/MII|BKcw/);
  });

  it('over several lines: base64 of MIME, and words that a log wraps and indents', () => {
    const secret = 'k3Yc4narypl41n'.repeat(9);
    const redact = redactorOf(new Map([['KEY', secret]]), true);
    const mime =
      Buffer.from(`somebody:${secret}`)
        .toString('base64')
        .match(/.{1,76}/g) ?? [];
    expect(mime).toHaveLength(3);
    for (const text of [mime.join('\r\n'), mime.join('\n    '), mime.join('\\r\\n'), mime.join('%0D%0A')])
      expect(redact(`Basic ${text}\nDate: x`)).toBe('Basic c29tZWJvZH[secret KEY]\nDate: x');
    for (let at = 1; at < secret.length; at++) {
      const wrapped = `${secret.slice(0, at)}\n${' '.repeat(at % 40)}${secret.slice(at)}`;
      expect(redact(`token ${wrapped}.`)).toBe('token [secret KEY].');
      expect(redact(JSON.stringify(`token ${wrapped}.`))).toBe('"token [secret KEY]."');
    }
  });

  it('but not what stands in lines of their own beside it', () => {
    const redact = redactorOf(new Map([['KEY', PLAIN]]), true);
    expect(redact(`before\n${PLAIN}\nbehind`)).toBe('before\n[secret KEY]\nbehind');
    expect(redact(`before\n${Buffer.from(PLAIN).toString('base64')}\nbehind`)).toBe('before\n[secret KEY]\nbehind');
  });

  it('whole where it holds another one', () => {
    const redact = redactorOf(
      new Map([
        ['SHORT', 'password'],
        ['LONG', 'password-of-all'],
      ]),
      true,
    );
    expect(redact('password password-of-all pass')).toBe('[secret SHORT] [secret LONG] pass');
  });

  it('as a whole word of the texts of others where it has less than 8 characters, and never of our own', () => {
    const secrets = new Map([['KEY', '1']]);
    expect(redactorOf(secrets, true)('key 1 of 15, v1.1, "1"')).toBe(
      'key [secret KEY] of 15, v1.[secret KEY], "[secret KEY]"',
    );
    expect(redactorOf(secrets, false)('key 1 of 15')).toBe('key 1 of 15');
  });

  it('in time that grows with the text alone, whatever a server writes', () => {
    const redact = redactorOf(new Map([['KEY', 'a\\\\\\\\b%%%25&amp;\\\\c']]), true);
    const LONG = 100_000;
    const texts = ['\\'.repeat(LONG), '%25'.repeat(LONG), '&amp;'.repeat(LONG), `a${'\\'.repeat(LONG)}`];
    texts.push('a\n'.repeat(LONG), `a${'\n '.repeat(LONG)}`, `a\n${' '.repeat(LONG)}`, 'a\\n'.repeat(LONG));
    const began = performance.now();
    for (const text of texts) expect(redact(text)).toBe(text);
    // The square of this length takes minutes.
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});

describe('the secrets that the process keeps', () => {
  it('are taken out of texts of others and of our own, from when they are known', () => {
    expect(redactForeign('token tiger-tiger')).toBe('token tiger-tiger');
    keepSecrets(
      new Map([
        ['TOKEN', 'tiger-tiger'],
        ['PIN', '1234'],
        ['NONE', ''],
      ]),
    );
    expect(redactForeign('token tiger-tiger, pin 1234')).toBe('token [secret TOKEN], pin [secret PIN]');
    expect(redactOurs('token tiger-tiger, 1234 calls')).toBe('token [secret TOKEN], 1234 calls');
  });
});

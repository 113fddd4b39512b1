import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  displayWidth,
  escapeHtml,
  escapeMarkdown,
  fitWidth,
  plainBlock,
  plainText,
  wrapped,
} from '../../src/report/text.js';

const ESC = String.fromCodePoint(0x1b);
/** Strings rich in what a terminal, a page or a table would act on. */
const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        `${ESC}[31m`,
        `${ESC}]0;title${String.fromCodePoint(7)}`,
        '\u202e',
        '\u2066',
        '\u200b',
        '\r\n',
        '\t',
        '\0',
        '|',
        '`',
        '<',
        '>',
        '"',
        "'",
        '&',
        '\\',
        '[',
        '](',
        '\ud800',
        '界',
        'é',
        '🙂',
        ' ',
        'word',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

describe('text from outside', () => {
  it('loses terminal sequences whole, not just their escape', () => {
    expect(plainText(`a${ESC}[31mred${ESC}[0m b${ESC}]8;;http://x${String.fromCodePoint(7)}link`)).toBe('ared blink');
  });

  it('loses overrides of direction and characters nobody sees', () => {
    expect(plainText('user\u202e\u2066 // admin\u2069\u200b')).toBe('user // admin');
  });

  it('is cut at 200 characters, and a character of two units is not torn', () => {
    const cut = plainText('🙂'.repeat(10_240));
    expect(Array.from(cut)).toHaveLength(200);
    expect(cut.endsWith('🙂…')).toBe(true);
    expect(plainText('x'.repeat(200))).toBe('x'.repeat(200));
  });

  it('is one printable line of at most 200 characters, whatever it was', () => {
    fc.assert(
      fc.property(nasty, (raw) => {
        const told = plainText(raw);
        expect(told).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(Array.from(told).length).toBeLessThanOrEqual(200);
      }),
    );
  });

  it('keeps its lines as a block, and says how much was left off', () => {
    expect(plainBlock(`a: 1\r\n${ESC}[2Jb:\t2`, 100)).toBe('a: 1\nb:  2');
    expect(plainBlock('x'.repeat(30), 10)).toBe(`${'x'.repeat(10)}\n… (20 more characters)`);
  });

  it('can neither open a tag nor leave an attribute', () => {
    expect(escapeHtml('</script><script>alert(1)</script>')).toBe(
      '&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;',
    );
    fc.assert(fc.property(nasty, (raw) => !/[<>"'`]/.test(escapeHtml(raw))));
  });

  it('cannot become a cell, a tag, a link, a mention or code in Markdown', () => {
    expect(escapeMarkdown('a|b')).toBe('a&#124;b');
    expect(escapeMarkdown('<img>')).toBe('&#60;img&#62;');
    expect(escapeMarkdown('[x](y)')).toBe('\\[x\\](y)');
    expect(escapeMarkdown('@all #12 `rm`')).toBe('&#64;all \\#12 &#96;rm&#96;');
    expect(escapeMarkdown('https://x www.y')).toBe('https:\\/\\/x www\\.y');
    fc.assert(fc.property(nasty, (raw) => !/[|<>`@]/.test(escapeMarkdown(raw))));
  });

  it('fits the columns it is given', () => {
    expect(displayWidth('界a')).toBe(3);
    expect(fitWidth('界界界', 5)).toBe('界界…');
    fc.assert(
      fc.property(nasty, fc.integer({ min: 1, max: 90 }), (raw, columns) => {
        expect(displayWidth(fitWidth(plainText(raw), columns))).toBeLessThanOrEqual(columns);
        for (const line of wrapped(plainText(raw), columns)) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it('wraps between words and never between a number and its unit', () => {
    expect(wrapped('limit is 2 % of it', 11)).toEqual(['limit is', '2 % of it']);
  });
});

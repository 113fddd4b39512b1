/** Names on the timeline of the first screen: whatever a run is made of, no two of them overlap. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitted, linearScale, textWidth } from '../../src/report/drawing/index.js';
import { NARROW, timelineSvg, WIDE, type Layout } from '../../src/report/first-screen/timeline-drawing.js';
import {
  FAULT_FONT,
  faultLabels,
  NOTE_FONT,
  stretchLabels,
  TITLE_FONT,
} from '../../src/report/first-screen/timeline-labels.js';
import { timelineModel } from '../../src/report/first-screen/timeline-model.js';
import type { FaultStretch, Stretch, TimelineModel } from '../../src/report/first-screen/timeline-types.js';
import { fixtureFigures, fixtureSummary } from './fixture.js';

const summary = fixtureSummary();
const found = timelineModel(fixtureFigures(summary), summary);
if (found === null) throw new Error('The fixture has calls.');
const model: TimelineModel = found;

const fault = (fromS: number, toS: number, name: string): FaultStretch => ({
  fromS,
  toS,
  name,
  words: `fault: ${name}, ${Number((toS - fromS).toPrecision(2))} s`,
});

/** Where a text is drawn: its estimated width on its base line. */
interface Drawn {
  readonly words: string;
  readonly from: number;
  readonly to: number;
  readonly base: number;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'", '#96': '`' };
const plain = (markup: string): string =>
  markup.replace(/<[^>]*>/g, '').replace(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);

const TEXT = /<text( class="title")? x="([-\d.]+)" y="([-\d.]+)"([^>]*)>([\s\S]*?)<\/text>/g;

/** All texts of a drawing but the crosshair's, which lies on paper of its own over the axis. */
function textsIn(svg: string): readonly Drawn[] {
  const still = svg.replace(/<g class="cross"[\s\S]*$/, '');
  return [...still.matchAll(TEXT)].map(([, kind = '', x = '', y = '', attributes = '', inner = '']) => {
    const [at, base] = [Number(x), Number(y)];
    if (kind.includes('title')) {
      const [name = '', note = ''] = inner.split('<tspan');
      const noteText = plain(note === '' ? '' : `<tspan${note}`);
      const width = textWidth(plain(name), TITLE_FONT) + (note === '' ? 0 : 3) + textWidth(noteText, NOTE_FONT);
      return { words: plain(inner), from: at, to: at + width, base };
    }
    const words = plain(inner);
    const width = textWidth(words, attributes.includes('fault-words') ? FAULT_FONT : NOTE_FONT);
    const share = attributes.includes('"end"') ? 1 : attributes.includes('"middle"') ? 0.5 : 0;
    return { words, from: at - share * width, to: at + (1 - share) * width, base };
  });
}

/** Pairs of texts on nearly one line that share a place. */
const overlapping = (texts: readonly Drawn[]): readonly string[] =>
  texts.flatMap((one, index) =>
    texts
      .slice(index + 1)
      .filter(({ base, from, to }) => Math.abs(base - one.base) < 9 && from < one.to - 0.2 && one.from < to - 0.2)
      .map(({ words }) => `${one.words} / ${words}`),
  );

const drawn = (of: TimelineModel, layout: Layout): readonly Drawn[] => textsIn(timelineSvg(of, layout, 'it').html);

const NAME = fc.oneof(
  fc.string({ minLength: 1, maxLength: 48 }),
  fc.constantFrom('warm-up', 'overload', 'WWWWWWWWWWWWWWWWWWWW', 'steady', 'latency on upstream', '過負荷の段階', 'i'),
);
const RATE = fc.constantFrom('', '200/s', '200/s to 1,600/s', 'closed, 12 callers', 'closed loop');
/** Stretches end to end over the whole run, some of them of hardly any length. */
const STRETCHES = fc
  .array(fc.record({ length: fc.constantFrom(0.01, 0.5, 1, 3, 8), name: NAME, rate: RATE }), {
    minLength: 1,
    maxLength: 14,
  })
  .map((parts): readonly Stretch[] => {
    const whole = parts.reduce((sum, { length }) => sum + length, 0);
    let at = 0;
    return parts.map(({ length, name, rate }) => {
      const fromS = at;
      at += (length / whole) * model.toS;
      return { fromS, toS: at, name, rate };
    });
  });
/** Faults that touch, overlap or lie apart, in any order. */
const FAULTS = fc.array(
  fc
    .record({ from: fc.integer({ min: 0, max: 20 }), length: fc.integer({ min: 0, max: 20 }), name: NAME })
    .map(({ from, length, name }) => {
      const fromS = (from / 20) * model.toS;
      return fault(fromS, Math.min(model.toS, fromS + (length / 20) * model.toS), name);
    }),
  { maxLength: 7 },
);

describe('names on the timeline', () => {
  it('overlap nowhere, in wide and in narrow drawings', () => {
    fc.assert(
      fc.property(STRETCHES, FAULTS, fc.constantFrom(WIDE, NARROW), (stretches, faults, layout) => {
        expect(overlapping(drawn({ ...model, stretches, faults }, layout))).toEqual([]);
      }),
    );
  });

  it('are found where names do lie on each other', () => {
    const svg =
      '<text x="10" y="13">steady</text><text class="title" x="30" y="14">over</text><text x="30" y="40">a</text>';
    expect(overlapping(textsIn(svg))).toEqual(['steady / over']);
    expect(drawn(model, WIDE).length).toBeGreaterThan(25);
  });

  it('lie within the panes', () => {
    fc.assert(
      fc.property(FAULTS, fc.constantFrom(WIDE, NARROW), (faults, { left, right }) => {
        const x = linearScale([model.fromS, model.toS], [left, right]);
        for (const label of faultLabels(faults, x, [left, right]))
          if (label !== null) {
            expect(label.from).toBeGreaterThanOrEqual(left - 0.1);
            expect(label.to).toBeLessThanOrEqual(right + 0.1);
          }
      }),
    );
  });

  const x = linearScale([0, 50], [WIDE.left, WIDE.right]);
  const ends = [WIDE.left, WIDE.right] as const;

  it('are before and after their faults where two of them touch', () => {
    const two = [fault(20, 25, 'latency on upstream'), fault(25, 30, 'reset on upstream')];
    const [first, second] = faultLabels(two, x, ends);
    expect(first).toMatchObject({ words: 'fault: latency on upstream, 5 s', row: 0, isBefore: true });
    expect(second).toMatchObject({ words: 'fault: reset on upstream, 5 s', row: 0, isBefore: false });
  });

  it('are in rows of their own where their faults overlap', () => {
    const three = [
      fault(20, 25, 'latency on upstream'),
      fault(21, 27, 'reset on upstream'),
      fault(22, 24, 'down on upstream'),
    ];
    const labels = faultLabels(three, x, ends);
    expect(labels.map((label) => label?.words)).toEqual(three.map(({ words }) => words));
    expect(new Set(labels.map((label) => `${label?.row} ${label?.isBefore}`)).size).toBe(3);
  });

  it('are shortened where there is less room, and the whole of them is in the title of the mark', () => {
    const long = fault(20, 26, 'a fault with quite a long name of its own, and more');
    const narrow = timelineSvg({ ...model, faults: [long] }, NARROW, 'it').html;
    expect(narrow).toContain(`<title>${long.words}</title>`);
    const shown = drawn({ ...model, faults: [long] }, NARROW).map(({ words }) => words);
    expect(shown).not.toContain(long.words);
    expect(shown.some((words) => /^a fault.*…$/.test(words) || words === long.name)).toBe(true);
  });

  it('name a phase that is too short for its name in the title alone', () => {
    const stretches: readonly Stretch[] = [
      { fromS: 0, toS: 24, name: 'steady', rate: '200/s' },
      { fromS: 24, toS: 24.5, name: 'overload', rate: '1,600/s' },
      { fromS: 24.5, toS: 50, name: 'after', rate: '200/s' },
    ];
    expect(stretchLabels(stretches, x).map(({ name, rate }) => `${name} ${rate}`)).toEqual([
      'steady 200/s',
      ' ',
      'after 200/s',
    ]);
    expect(timelineSvg({ ...model, stretches }, WIDE, 'it').html).toContain('<title>overload, 1,600/s</title>');
  });
});

describe('the width of text', () => {
  it('is that of the widest common font, by character', () => {
    const bold = { px: 10, isBold: true };
    expect(textWidth('WWW', bold)).toBeGreaterThan(2 * textWidth('iii', bold));
    expect(textWidth('過', bold)).toBeGreaterThan(textWidth('W', bold));
    expect(textWidth('e\u0301', bold)).toBe(textWidth('e', bold));
    expect(textWidth('overload', { px: 10, isBold: false })).toBeLessThan(textWidth('overload', bold));
  });

  it('bounds what is cut to fit, and what can be no name is left out', () => {
    fc.assert(
      fc.property(NAME, fc.integer({ min: -5, max: 300 }), (name, room) => {
        const cut = fitted(name, room, TITLE_FONT);
        if (cut !== '') expect(textWidth(cut, TITLE_FONT)).toBeLessThanOrEqual(room);
        if (textWidth(name, TITLE_FONT) <= room) expect(cut).toBe(name);
      }),
    );
    expect(fitted('overload', 20, TITLE_FONT)).toBe('');
  });
});

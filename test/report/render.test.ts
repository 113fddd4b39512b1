import { describe, expect, it } from 'vitest';
import { linear, logMs, logSpan, plainNumber, shortNumber } from '../../src/report/charts/axes.js';
import { area, boxes, line } from '../../src/report/charts/layers.js';
import { render, type Layer } from '../../src/report/charts/render.js';
import { bandOf, positionOf, ticksOf } from '../../src/report/charts/scales.js';

const label = String;
const x = linear([0, 10], { label });
const y = linear([0, 100], { label });
const drawn = (...layer: Layer[]): Promise<string> => render({ width: 100, height: 200, layer }, 'a chart');
const paths = (svg: string): readonly string[] => Array.from(svg.matchAll(/ d="([^"]*)"/g), (match) => match[1] ?? '');

describe('a scale', () => {
  it('puts the ends of its domain at the ends of the pane, and what lies outside at the nearer one', () => {
    const at = positionOf({ domain: [0, 10] }, 200, 0);
    expect([0, 5, 10, -3, 12].map(at)).toEqual([200, 100, 0, 200, 0]);
  });

  it('gives every decade the same length where it is logarithmic', () => {
    const at = positionOf({ type: 'log', domain: [1, 1000] }, 0, 300);
    expect([1, 10, 100, 1000, 0].map((value) => Math.round(at(value)))).toEqual([0, 100, 200, 300, 0]);
  });

  it('is symmetric around zero where it is logarithmic on both sides', () => {
    const at = positionOf({ type: 'symlog', domain: [-50, 50] }, 0, 100);
    expect(at(0)).toBe(50);
    expect(at(7) - 50).toBeCloseTo(50 - at(-7), 9);
  });

  it.each([
    [0, 10, 4, [0, 2, 4, 6, 8, 10]],
    [0, 1, 4, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [-3, 14, 10, [-2, 0, 2, 4, 6, 8, 10, 12, 14]],
    [0, 648, 4, [0, 200, 400, 600]],
    [5, 5, 4, [5]],
  ])('from %d to %d has round ticks', (low, high, count, ticks) => {
    expect(ticksOf([low, high], count)).toEqual(ticks);
  });

  it('of rows gives each value its share of the height', () => {
    const scale = { values: ['a', 'b'], paddingInner: 0.5, paddingOuter: 0.25 };
    expect(bandOf(scale, 'a', 200)).toEqual({ from: 25, height: 50 });
    expect(bandOf(scale, 'b', 200)).toEqual({ from: 125, height: 50 });
  });
});

describe('a chart', () => {
  it('draws a value where its scales put it, and leaves a gap where there is none', async () => {
    const places = [
      { x: 0, y: 0 },
      { x: 5, y: 50 },
      { x: 6, y: null },
      { x: 8, y: 75 },
      { x: 10, y: 100 },
    ];
    expect(paths(await drawn(line(places, { colour: 'var(--ink)', width: 1 }, { x, y })))).toContain(
      'M0 200L50 100M80 50L100 0',
    );
  });

  it('holds each value until the next where it is drawn in steps, down to zero where it is filled', async () => {
    const places = [
      { x: 0, y: 50 },
      { x: 5, y: 100 },
      { x: 10, y: 100 },
    ];
    const all = paths(await drawn(area(places, 'var(--ink)', { x, y })));
    expect(all).toContain('M0 100H50V0H100V0L100 200V200H50V200H0Z');
    expect(all).toContain('M0 100H50V0H100V0');
  });

  it('draws a box between its two ends', async () => {
    expect(paths(await drawn(boxes([{ x: 1, x2: 3, y: 20, y2: 60 }], 'var(--ink)', { x, y })))).toContain(
      'M10 160H30V80H10Z',
    );
  });

  it('leaves out labels that would touch', async () => {
    const crowded = { ...y, axis: { values: [0, 1, 50, 51, 100], label } };
    const svg = await drawn(line([{ x: 0, y: 0 }], { colour: 'var(--ink)', width: 1 }, { x, y: crowded }));
    const texts = Array.from(svg.matchAll(/<g[^>]*text-anchor="end">(.*?)<\/g>/g), (match) => match[1]).join('');
    expect(Array.from(texts.matchAll(/>(\d+)</g), (match) => match[1])).toEqual(['0', '50', '100']);
  });
});

describe('the label of a tick', () => {
  it('has its unit, a true minus sign and no needless digit', () => {
    const { axis } = logMs(logSpan([0.02, 3000]));
    expect([0.01, 0.5, 1, 20, 1500, 0].map((value) => axis.label?.(value))).toEqual([
      '10 µs',
      '500 µs',
      '1 ms',
      '20 ms',
      '1.5 s',
      '0',
    ]);
    expect([-2, 0.30000000000000004, 1e5].map(plainNumber)).toEqual(['−2', '0.3', '100000']);
    expect([500, 1500, 2e6].map(shortNumber)).toEqual(['500', '1.5k', '2M']);
  });
});

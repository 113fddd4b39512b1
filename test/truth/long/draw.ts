/** Pictures of a case as SVG, in the look of the product's own reports. */
import { INK, type Chart, type KeyEntry, type Layer } from '../../../src/report/index.js';
import type { Picture, Series } from './result.js';

const WIDTH = 400;
const HEIGHT = 210;

const KEY: Readonly<Record<Series['as'], Pick<KeyEntry, 'colour' | 'mark'>>> = {
  theory: { colour: INK.offered, mark: 'dashed' },
  band: { colour: INK.baselineBand, mark: 'band' },
  measured: { colour: INK.response, mark: 'line' },
  points: { colour: INK.response, mark: 'area' },
  limit: { colour: INK.deadline, mark: 'dotted' },
};

/** What a picture is of, for readers who can't see it. */
export const drawnIn = ({ title, x, y }: Picture): string => `${title}: ${y} against ${x}.`;

/** A picture as a chart; null when none of its series has a point. */
export function chartOf(picture: Picture): Chart | null {
  const points = picture.series.flatMap((series) => series.points);
  if (points.length === 0) return null;
  const xs = points.map(({ x }) => x);
  const ys = points
    .flatMap(({ y, y2 }) => (y2 === undefined ? [y] : [y, y2]))
    .filter((y) => !picture.logarithmic || y > 0);
  const encode = (field: 'y' | 'y2') => ({
    field,
    type: 'quantitative' as const,
    scale: picture.logarithmic
      ? {
          type: 'log' as const,
          domain: [10 ** Math.floor(Math.log10(Math.min(...ys))), Math.max(1, ...ys)],
          nice: false,
          clamp: true,
        }
      : { domain: spanOf(ys), nice: false, zero: false, clamp: true },
    axis: picture.logarithmic ? { title: null, tickCount: 5, format: '~r' } : { title: null, tickCount: 5 },
  });
  const x = {
    field: 'x',
    type: 'quantitative' as const,
    scale: { domain: [Math.min(...xs), Math.max(...xs)], nice: false, zero: false, clamp: true },
    axis: { title: picture.x, tickCount: 8 },
  };
  const layer = picture.series.map(({ as, points: own }): Layer => {
    const encoding = { x, y: encode('y') };
    switch (as) {
      case 'band':
        return {
          data: { values: [...own] },
          mark: { type: 'area', color: INK.baselineBand, aria: false },
          encoding: { ...encoding, y2: { field: 'y2' } },
        };
      case 'theory':
        return {
          data: { values: [...own] },
          mark: { type: 'line', color: INK.offered, strokeWidth: 1.3, strokeDash: [5, 3], aria: false },
          encoding,
        };
      case 'limit':
        return {
          data: { values: [...own] },
          mark: {
            type: 'line',
            color: INK.deadline,
            strokeWidth: 1.3,
            strokeDash: [1.5, 2.5],
            point: { filled: true, color: INK.deadline, size: 18 },
            aria: false,
          },
          encoding,
        };
      case 'measured':
        return {
          data: { values: [...own] },
          mark: { type: 'line', color: INK.response, strokeWidth: 1.6, interpolate: 'step-after', aria: false },
          encoding,
        };
      case 'points':
        return {
          data: { values: [...own] },
          mark: { type: 'point', filled: true, color: INK.response, size: 20, opacity: 0.9, aria: false },
          encoding,
        };
    }
  });
  return {
    picture: { width: WIDTH, height: HEIGHT, title: picture.y, layer },
    key: picture.series.filter((series) => series.points.length > 0).map(({ words, as }) => ({ words, ...KEY[as] })),
  };
}

/** From zero where that is near, else with a tenth of room on both sides. */
function spanOf(ys: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const room = (high - low || 1) / 10;
  return [low >= 0 && low < high / 2 ? 0 : low - room, high + room];
}

/** Pictures of a case as SVG, in the look of the product's own reports. */
import { INK, render, type Chart, type KeyEntry, type Layer } from '../../../src/report/index.js';
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

/** Draws a picture; null when none of its series has a point. */
export async function draw(picture: Picture): Promise<Chart | null> {
  const points = picture.series.flatMap((series) => series.points);
  if (points.length === 0) return null;
  const xs = points.map(({ x }) => x);
  const ys = points
    .flatMap(({ y, y2 }) => (y2 === undefined ? [y] : [y, y2]))
    .filter((y) => !picture.logarithmic || y > 0);
  const label = (value: number): string => String(Number(value.toPrecision(6)));
  const lowest = Math.floor(Math.log10(Math.min(...ys)));
  const highest = Math.max(1, ...ys);
  const decades = Array.from({ length: 40 }, (_, k) => 10 ** (lowest + k)).filter((value) => value <= highest);
  const up = picture.logarithmic
    ? { scale: { type: 'log' as const, domain: [10 ** lowest, highest] as const }, axis: { values: decades, label } }
    : { scale: { domain: spanOf(ys) }, axis: { tickCount: 5, label } };
  const x = {
    field: 'x',
    scale: { domain: [Math.min(...xs), Math.max(...xs)] as const },
    axis: { title: picture.x, tickCount: 8, label },
  };
  const layer = picture.series.flatMap(({ as, points: rows }): readonly Layer[] => {
    const encoding = { x, y: { field: 'y', ...up } };
    const curve = { type: 'line', strokeWidth: 1.3 } as const;
    const dots = (color: string, size: number): Layer => ({ rows, mark: { type: 'point', color, size }, encoding });
    switch (as) {
      case 'band': {
        const mark = { type: 'area', color: INK.baselineBand } as const;
        return [{ rows, mark, encoding: { ...encoding, y2: { field: 'y2' } } }];
      }
      case 'theory':
        return [{ rows, mark: { ...curve, color: INK.offered, strokeDash: [5, 3] }, encoding }];
      case 'limit': {
        const mark = { ...curve, color: INK.deadline, strokeDash: [1.5, 2.5] };
        return [{ rows, mark, encoding }, dots(INK.deadline, 18)];
      }
      case 'measured': {
        const mark = { ...curve, color: INK.response, strokeWidth: 1.6, interpolate: 'step-after' as const };
        return [{ rows, mark, encoding }];
      }
      case 'points':
        return [dots(INK.response, 20)];
    }
  });
  const svg = await render(
    { width: WIDTH, height: HEIGHT, title: { text: picture.y }, layer },
    `${picture.title}: ${picture.y} against ${picture.x}. ${picture.finding}`,
  );
  return {
    svg,
    key: picture.series.filter((series) => series.points.length > 0).map(({ words, as }) => ({ words, ...KEY[as] })),
  };
}

/** From zero where that is near, else with a tenth of room on both sides. */
function spanOf(ys: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const room = (high - low || 1) / 10;
  return [low >= 0 && low < high / 2 ? 0 : low - room, high + room];
}

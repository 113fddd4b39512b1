/** Lines and filled shapes as path data. A null is a gap. */

/** A place on paper, in pixels. */
export type Point = readonly [x: number, y: number];

/** Pixels to a tenth: finer than a screen shows, and the same on every machine. */
export const px = (value: number): number => Math.round(value * 10) / 10 || 0;

const at = ([x, y]: Point): string => `${px(x)} ${px(y)}`;

/** Stretches between gaps. */
function stretches(points: readonly (Point | null)[]): readonly (readonly Point[])[] {
  const found: Point[][] = [[]];
  for (const point of points) {
    if (point === null) found.push([]);
    else found.at(-1)?.push(point);
  }
  return found.filter(({ length }) => length > 0);
}

/** Straight lines through points. */
export const linePath = (points: readonly (Point | null)[]): string =>
  stretches(points)
    .map((stretch) => `M${stretch.map(at).join('L')}`)
    .join('');

/** The area between two lines whose points have the same x. */
export function bandPath(upper: readonly (Point | null)[], lower: readonly (Point | null)[]): string {
  const both = upper.map((point, index) => {
    const other = lower[index];
    return point === null || other === null || other === undefined ? null : ([point, other] as const);
  });
  const paths: string[] = [];
  let open: (readonly [Point, Point])[] = [];
  const close = (): void => {
    const back = open.map(([, point]) => point).reverse();
    if (open.length > 1) paths.push(`M${[...open.map(([point]) => point), ...back].map(at).join('L')}Z`);
    open = [];
  };
  for (const pair of both) {
    if (pair === null) close();
    else open.push(pair);
  }
  close();
  return paths.join('');
}

/** Level stretches of `width`, each from a point to the right. */
export const stepPath = (points: readonly (Point | null)[], width: number): string =>
  stretches(points)
    .map((stretch) => `M${stretch.map(([x, y]) => `${at([x, y])}H${px(x + width)}`).join('L')}`)
    .join('');

/** Places of labels that would overlap, moved apart to at least `apart`, in the order given, within a span. */
export function spread(
  places: readonly number[],
  apart: number,
  [from, to]: readonly [number, number],
): readonly number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place);
  const moved = order.map(({ place }) => Math.max(from, Math.min(to, place)));
  for (let i = 1; i < moved.length; i++) moved[i] = Math.max(moved[i] ?? 0, (moved[i - 1] ?? 0) + apart);
  const over = (moved.at(-1) ?? to) - to;
  if (over > 0) moved[moved.length - 1] = to;
  for (let i = moved.length - 2; i >= 0; i--) moved[i] = Math.min(moved[i] ?? 0, (moved[i + 1] ?? 0) - apart);
  const result = places.map(() => 0);
  order.forEach(({ index }, rank) => (result[index] = moved[rank] ?? 0));
  return result;
}

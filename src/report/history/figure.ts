/** One number over the runs: a dot for each, a line for each level, and where the level changed. */
import { inUnit } from '../../format/index.js';
import type { History, HistoryChange, HistoryRun, HistorySeries } from '../../history/index.js';
import { linearScale, linearTicks, px, type Scale } from '../drawing/index.js';
import { armClass } from '../frame/index.js';
import { html, type Markup } from '../layouts/markup.js';
import { changeOf, dayOf, pointText, runWords, shortCommit, subjectText, type Subject } from './words.js';

const PICTURE = { width: 720, height: 196, left: 70, right: 14, top: 24, bottom: 42 } as const;
/** Widths of the labels below, with room between them. */
const DAY_WIDTH = 78;
const COMMIT_WIDTH = 56;

/** The picture of a subject over all runs of the history, so that all pictures of a page have one axis. */
export function historyFigure({ series }: Subject, history: History): Markup {
  const { width, height, left, right, top, bottom } = PICTURE;
  const [first] = series;
  const { runs } = history;
  const domain = domainOf(series);
  const y = linearScale(domain, [height - bottom, top]);
  const column = (width - left - right) / Math.max(1, runs.length);
  const x: Scale = (run) => px(left + column * (run + 0.5));
  const label = first === undefined ? '' : `${subjectText(first)}, of each run in the order of time`;
  const unit = first?.unit ?? 'count';
  return html`<svg class="over-runs" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
${linearTicks(domain, 4).map(
  (value) => html`<line class="grid" x1="${left}" y1="${px(y(value))}" x2="${width - right}" y2="${px(y(value))}"/>
<text x="${left - 8}" y="${px(y(value) + 4)}" text-anchor="end">${inUnit(value, unit)}</text>`,
)}
${series.map((each) => oneSeries(each, runs, x, y))}
<line class="base" x1="${left}" y1="${height - bottom}" x2="${width - right}" y2="${height - bottom}"/>
${thinned(
  runs.flatMap((run, at) => (at > 0 && dayOf(run.startedUtc) === dayOf(runs[at - 1]?.startedUtc ?? '') ? [] : [at])),
  x,
  DAY_WIDTH,
).map((at) => below(x(at), height - bottom + 16, dayOf(runs[at]?.startedUtc ?? '')))}
${thinned(commitsAt(runs), x, COMMIT_WIDTH).map((at) =>
  below(x(at), height - bottom + 32, shortCommit(runs[at]?.commit ?? '')),
)}</svg>`;
}

/** A label that begins where its run is; near the end it ends there. */
function below(x: number, y: number, words: string): Markup {
  const isLast = x > PICTURE.width - PICTURE.right - DAY_WIDTH;
  return html`<text x="${x}" y="${y}"${isLast ? html` text-anchor="end"` : null}>${words}</text>`;
}

/** Runs of another commit than the run before them in their line. */
function commitsAt(runs: readonly HistoryRun[]): readonly number[] {
  const last = new Map<number, string | null>();
  return runs.flatMap(({ commit, line }, at) => {
    const isOther = commit !== null && last.get(line) !== commit;
    last.set(line, commit);
    return isOther ? [at] : [];
  });
}

/** Those of them whose labels do not overlap. */
function thinned(places: readonly number[], x: Scale, apart: number): readonly number[] {
  let end = -Infinity;
  return places.filter((place) => {
    if (x(place) < end) return false;
    end = x(place) + apart;
    return true;
  });
}

/** From the least to the most, with room; of numbers that are all alike, a little around them. */
function domainOf(series: readonly HistorySeries[]): readonly [number, number] {
  let [least, most] = [Infinity, -Infinity];
  for (const { points } of series)
    for (const { value } of points) [least, most] = [Math.min(least, value), Math.max(most, value)];
  const room = (most - least || Math.abs(most) || 1) * 0.12;
  return [least >= 0 ? Math.max(0, least - room) : least - room, most + room];
}

function oneSeries(series: HistorySeries, runs: readonly HistoryRun[], x: Scale, y: Scale): Markup {
  const { points, changes, line } = series;
  const edges = [0, ...changes.map(({ run }) => points.findIndex((point) => point.run === run)), points.length];
  const levels = changes.length === 0 ? [] : [changes[0]?.before ?? NaN, ...changes.map(({ after }) => after)];
  return html`<g class="${armClass(line + 1)}">${changes.map((change) => changeMark(change, series, x))}${levels.map(
    (level, index) => {
      const own = points.slice(edges[index], edges[index + 1]);
      const [from, to] = [own[0], own.at(-1)];
      return from === undefined || to === undefined
        ? null
        : html`<path class="level" d="M${px(x(from.run) - 4)} ${px(y(level))}H${px(x(to.run) + 4)}"/>`;
    },
  )}${points.map((point) => {
    const { run, value, isLowerBound } = point;
    const of = runs[run];
    if (of === undefined) return null;
    const words = `${pointText(point, series)}: ${runWords(of)}`;
    return html`<g><title>${words}</title>${mark(of, isLowerBound, x(run), px(y(value)))}</g>`;
  })}</g>`;
}

/** Hollow where the run is doubtful; a triangle where the number is a lower bound. */
function mark({ validity }: HistoryRun, isLowerBound: boolean, x: number, y: number): Markup {
  const kind = validity === 'valid' ? 'candidate' : 'reference';
  return isLowerBound
    ? html`<path class="${kind}" d="M${x} ${px(y - 4.5)}L${px(x + 4)} ${px(y + 3)}H${px(x - 4)}Z"/>`
    : html`<circle class="${kind}" cx="${x}" cy="${y}" r="3"/>`;
}

/** Between the last run of the former level and the first of the new one. */
function changeMark(change: HistoryChange, series: HistorySeries, x: Scale): Markup {
  const at = px((x(change.lastBefore) + x(change.run)) / 2);
  const { top, bottom, height, width, left } = PICTURE;
  const tone = change.isWorse ? 'unsure' : 'good';
  const isRight = at > left + (width - left) * 0.8;
  return html`<g class="${tone}"><line class="change" x1="${at}" y1="${top - 6}" x2="${at}" y2="${height - bottom}"/>
<text class="change" x="${isRight ? px(at - 4) : px(at + 4)}" y="${top - 10}"${
    isRight ? html` text-anchor="end"` : null
  }>${change.isWorse ? '▲' : '✓'} ${changeOf(change, series)}</text></g>`;
}

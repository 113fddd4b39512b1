/**
 * The script of the live page: it draws the seconds that it is sent. Everything from outside becomes text nodes and
 * numbers of attributes, never markup.
 */
import type { PageScript } from '../layouts/document.js';

const SOURCE = String.raw`
const byId = (id) => document.getElementById(id);
const say = (id, words) => { byId(id).textContent = words; };
const [HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [170, 62, 12, 16, 22];
const [LEAST_WIDTH, LINE] = [240, 12];
const MOST_SHOWN = 600;
const MOST_COLUMNS = 200;
const MOST_FAULTS = 3;
const NS = 1e9;
const made = (name, attributes, words) => {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  if (words !== undefined) node.textContent = words;
  return node;
};
const round = (value) => Math.round(value * 10) / 10;
const digits = (value) => String(Number(value.toPrecision(3)));
const time = (ns) =>
  ns < 1e3 ? digits(ns) + ' ns' : ns < 1e6 ? digits(ns / 1e3) + ' µs' : ns < 1e9 ? digits(ns / 1e6) + ' ms'
    : digits(ns / 1e9) + ' s';
const seconds = (ns) => (Math.max(0, ns) / NS).toFixed(1) + ' s';
const classes = [...document.querySelectorAll('.key li')].map((item) => ({
  ends: item.dataset.ends.split(' '),
  fill: item.dataset.fill,
}));
const countOf = (second, ends) =>
  ends.reduce((sum, end) => sum + (end === 'good' ? second.good : end === 'late' ? second.late
    : second.failed[end] ?? 0), 0);
const endedIn = (second) => second.good + second.late + failedIn(second);
const failedIn = (second) => Object.values(second.failed).reduce((sum, n) => sum + n, 0);
// One line that can be shown, of bounded length: names come from outside.
const plain = (text, most) => {
  const shown = Array.from(text.slice(0, most * 8).replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim());
  return shown.length <= most ? shown.join('') : shown.slice(0, most - 1).join('') + '…';
};
const quantile = (found) => (found === null ? '–' : (found.isLowerBound ? '> ' : '') + time(found.ns));

// Drawings are as wide as they are shown, so that their text is as large as the style sheet says.
const paperOf = (id) => Math.max(LEAST_WIDTH, Math.floor(byId(id).getBoundingClientRect().width));
const ink = document.createElement('canvas').getContext('2d');
ink.font = '11px ' + getComputedStyle(document.body).fontFamily;
const widthOf = (words) => ink.measureText(words).width;
// As many characters as have room; none where that is hardly one.
const fitted = (words, room) => {
  if (widthOf(words) <= room) return words;
  const shown = Array.from(words);
  while (shown.length > 0 && widthOf(shown.join('') + '…') > room) shown.pop();
  return shown.length < 2 ? '' : shown.join('') + '…';
};

let view = null;
let kept = [];
let hasEnded = false;

// Round whole numbers of a range.
function ticksOf(from, to, wanted) {
  const power = 10 ** Math.floor(Math.log10((to - from) / wanted));
  const step = Math.max(1, [1, 2, 5, 10].find((each) => each * power * wanted >= (to - from) * 0.999) * power);
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, index) => (first + index) * step);
}

// Seconds side by side share a column where each of its own would be too many marks.
function columns() {
  const size = Math.ceil(kept.length / MOST_COLUMNS);
  const found = [];
  for (const second of kept) {
    const at = Math.floor(second.fromNs / NS / size);
    if (found.at(-1)?.at === at) found.at(-1).seconds.push(second);
    else found.push({ at, seconds: [second] });
  }
  return found.map((column) => column.seconds);
}

function draw(id, { y, ticks, words, marks }) {
  const [from, to] = [kept[0].fromNs / NS, kept.at(-1).fromNs / NS + 1];
  const width = paperOf(id);
  const x = (second) => round(LEFT + ((second - from) / Math.max(1, to - from)) * (width - LEFT - RIGHT));
  const clamp = (second) => Math.min(to, Math.max(from, second));
  const band = (start, end, kind) => {
    const [a, b] = [x(clamp(start)), x(clamp(end))];
    const box = { class: kind, x: a, y: TOP, width: round(b - a), height: HEIGHT - TOP - BOTTOM };
    return b <= a ? [] : [made('rect', box)];
  };
  const phases = view.phases.map((phase, index) => ({
    ...phase,
    start: phase.startNs / NS,
    end: index + 1 < view.phases.length ? view.phases[index + 1].startNs / NS : to,
  }));
  const named = ({ name, start, end }) => {
    const at = x(clamp(start)) + 3;
    return [at, fitted(plain(name, 24), x(clamp(end)) - 3 - at)];
  };
  byId(id).setAttribute('viewBox', '0 0 ' + width + ' ' + HEIGHT);
  byId(id).replaceChildren(
    ...phases.flatMap((phase) => (phase.index % 2 === 0 ? [] : band(phase.start, phase.end, 'phase'))),
    ...view.faults.flatMap((fault) => band(fault.fromNs / NS, fault.toNs === null ? to : fault.toNs / NS, 'fault')),
    ...phases.map(named).flatMap(([at, name]) =>
      name === '' ? [] : [made('text', { class: 'name', x: at, y: TOP - 4 }, name)]),
    ...ticks.flatMap((tick) => [
      made('line', { class: 'grid', x1: LEFT, x2: width - RIGHT, y1: round(y(tick)), y2: round(y(tick)) }),
      made('text', { x: LEFT - 6, y: round(y(tick) + 4), 'text-anchor': 'end' }, words(tick)),
    ]),
    ...ticksOf(from, to, Math.max(2, Math.min(8, Math.floor((width - LEFT - RIGHT) / 72)))).map((tick) => {
      const at = Math.min(x(tick), width - widthOf(tick + ' s') / 2);
      return made('text', { x: round(at), y: HEIGHT - 6, 'text-anchor': 'middle' }, tick + ' s');
    }),
    ...marks(x),
  );
}

const linear = (most) => (value) => HEIGHT - BOTTOM - (value / most) * (HEIGHT - TOP - BOTTOM);
// Lines with their names at their ends, each name on a line of its own.
function lines(drawn, x, y) {
  const ends = drawn.flatMap(({ kind, words, values }) => {
    const last = values.findLastIndex((value) => value !== null);
    if (last < 0) return [];
    const at = Math.max(x(kept[last].fromNs / NS + 0.5) + 4, LEFT + 1.2 * widthOf(words));
    return [{ words, at, y: y(values[last]) - 5 }];
  }).sort((a, b) => a.y - b.y);
  const [lowest, highest] = [HEIGHT - BOTTOM - 2, TOP + LINE - 2];
  ends.forEach((end, index) => {
    end.y = Math.max(end.y, index === 0 ? highest : ends[index - 1].y + LINE);
    end.y = Math.min(end.y, lowest - (ends.length - 1 - index) * LINE);
  });
  return [
    ...drawn.map(({ kind, values }) => made('path', { class: kind, d: pathOf(values, x, y) })),
    ...ends.map(({ words, at, y: base }) =>
      made('text', { class: 'end', x: round(at), y: round(base), 'text-anchor': 'end' }, words)),
  ];
}

function pathOf(values, x, y) {
  let d = '';
  let open = false;
  values.forEach((value, index) => {
    if (value !== null) d += (open ? 'L' : 'M') + x(kept[index].fromNs / NS + 0.5) + ' ' + round(y(value));
    open = value !== null;
  });
  return d;
}

function drawTimes() {
  const known = kept.flatMap(({ p50, p99 }) => [p50, p99]).filter((each) => each !== null);
  const all = known.map(({ ns }) => Math.max(1, ns));
  if (all.length === 0) return byId('times').replaceChildren();
  const [low, high] = [Math.floor(Math.log10(Math.min(...all))), Math.ceil(Math.log10(Math.max(...all)) + 1e-9)];
  const y = (ns) => HEIGHT - BOTTOM
    - ((Math.log10(Math.max(1, ns)) - low) / Math.max(1, high - low)) * (HEIGHT - TOP - BOTTOM);
  draw('times', {
    y,
    ticks: Array.from({ length: Math.max(1, high - low) + 1 }, (_, index) => 10 ** (low + index)),
    words: time,
    marks: (x) => [
      ...lines(['p50', 'p99'].map((name) => ({
        kind: name, words: name, values: kept.map((second) => second[name]?.ns ?? null),
      })), x, y),
      ...columns().flatMap((seconds) => {
        const bound = seconds.findLast(({ p99 }) => p99?.isLowerBound === true);
        return bound === undefined ? [] : [made('circle',
          { class: 'least', r: 2, cx: x(bound.fromNs / NS + 0.5), cy: round(y(bound.p99.ns)) })];
      }),
    ],
  });
}

function drawOutcomes() {
  const drawn = columns();
  const perSecond = (seconds, countIn) => seconds.reduce((sum, second) => sum + countIn(second), 0) / seconds.length;
  const most = Math.max(1, ...drawn.map((seconds) => perSecond(seconds, endedIn)));
  const y = linear(most);
  draw('outcomes', {
    y,
    ticks: ticksOf(0, most, 4),
    words: (tick) => tick + '/s',
    marks: (x) => drawn.flatMap((seconds) => {
      let below = 0;
      const [a, b] = [x(seconds[0].fromNs / NS), x(seconds.at(-1).fromNs / NS + 1)];
      return classes.flatMap(({ ends, fill }) => {
        const own = perSecond(seconds, (second) => countOf(second, ends));
        if (own === 0) return [];
        below += own;
        return [made('rect', { x: a, width: round(Math.max(0.5, b - a)), y: round(y(below)),
          height: round(y(below - own) - y(below)), fill })];
      });
    }),
  });
}

function drawQueues() {
  const most = Math.max(1, ...kept.flatMap(({ inFlight, queued }) => [inFlight ?? 0, queued ?? 0]));
  const y = linear(most);
  draw('queues', {
    y,
    ticks: ticksOf(0, most, 4),
    words: String,
    marks: (x) => lines([['flight', 'in flight', 'inFlight'], ['queue', 'queued', 'queued']].map(
      ([kind, words, name]) => ({ kind, words, values: kept.map((second) => second[name]) })), x, y),
  });
}

function show() {
  const phase = view.phases.at(-1);
  const name = plain(view.name, 80);
  say('name', name);
  document.title = name + ' – live';
  say('phase', phase === undefined ? '–'
    : plain(phase.name, 40) + ' (' + (phase.index + 1) + ' of ' + view.phasesPlanned + ')');
  say('left', hasEnded ? '–' : view.endNs === null ? 'unknown' : seconds(view.endNs - view.nowNs));
  const active = hasEnded ? [] : view.faults.filter(({ toNs }) => toNs === null);
  say('faults', active.slice(0, MOST_FAULTS).map(({ words, fromNs, plannedToNs }) =>
    'Fault active: ' + plain(words, 120) + ', for ' + seconds(view.nowNs - fromNs)
      + (plannedToNs === null ? '' : ', ' + seconds(plannedToNs - view.nowNs) + ' left')).join('; ')
      + (active.length > MOST_FAULTS ? '; and ' + (active.length - MOST_FAULTS) + ' more' : ''));
  const last = kept.at(-1);
  if (last === undefined) {
    // Nothing of a run before this one stays.
    for (const id of ['rate', 'p50', 'p99', 'errors', 'waiting']) say(id, '–');
    for (const id of ['times', 'outcomes', 'queues']) byId(id).replaceChildren();
    return;
  }
  const ended = endedIn(last);
  say('rate', ended + '/s' + (view.isPart ? ' at least' : ''));
  say('p50', quantile(last.p50));
  say('p99', quantile(last.p99));
  say('errors', ended === 0 ? 'n/a' : digits((100 * failedIn(last)) / ended) + ' %');
  say('waiting', (last.inFlight ?? '–') + ', ' + (last.queued ?? '–'));
  drawTimes();
  drawOutcomes();
  drawQueues();
}

const source = new EventSource(location.pathname.replace(/[^/]*$/, '') + 'events');
source.addEventListener('open', () => say('state', 'running'));
source.addEventListener('error', () => say('state', source.readyState === EventSource.CLOSED
  ? 'not connected: the run has ended, or eight pages show it already; reload to try again'
  : 'connection lost, trying again'));
source.addEventListener('seconds', (event) => {
  view = JSON.parse(event.data);
  kept = (view.isWhole ? [] : kept).concat(view.seconds).slice(-MOST_SHOWN);
  showIfSeen();
});
source.addEventListener('ended', () => {
  source.close();
  hasEnded = true;
  say('state', 'the run has ended; its numbers are in the report');
  showIfSeen();
});
// A page that is not looked at costs the machine of the run nothing.
function showIfSeen() {
  if (view !== null && !document.hidden) show();
}
document.addEventListener('visibilitychange', showIfSeen);
addEventListener('resize', showIfSeen);
`;

/** Its digest stands beside it, because this room computes none; a test compares the two. */
export const LIVE_SCRIPT: PageScript = {
  source: `'use strict';(()=>{${SOURCE}})();`,
  digest: 'sha256-YwoIPHmotsA2vRx/ANQ69O7exP9QtG1CTZq/abU3e2I=',
};

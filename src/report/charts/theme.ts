/**
 * The style of charts: one palette, one Vega-Lite configuration. Colours are CSS variables (defined by the
 * page for light, dark and print), so one SVG serves all three.
 */
import type { Config, TopLevelSpec } from 'vega-lite';
import type { Outcome } from '../../record/index.js';

/** A colour of the palette as the SVG and the page name it. */
export const INK = {
  text: 'var(--ink)',
  muted: 'var(--muted)',
  grid: 'var(--grid)',
  axis: 'var(--axis)',
  paper: 'var(--paper)',
  offered: 'var(--c-offered)',
  response: 'var(--c-response)',
  counted: 'var(--c-counted)',
  service: 'var(--c-service)',
  queue: 'var(--c-queue)',
  inFlight: 'var(--c-inflight)',
  good: 'var(--c-goodput)',
  fault: 'var(--c-fault)',
  faultBand: 'var(--c-fault-band)',
  phaseEven: 'var(--c-phase-even)',
  phaseOdd: 'var(--c-phase-odd)',
  baseline: 'var(--c-baseline)',
  baselineBand: 'var(--c-baseline-band)',
  dip: 'var(--c-dip)',
  deadline: 'var(--c-deadline)',
} as const;

/**
 * The result of a call, as coarse as a stacked area can show (`good` and `late` are both outcome `ok`), with its colour
 * and words, fixed: the same class has the same colour in every chart of every report.
 */
export const CLASS_STYLE = {
  good: { colour: 'var(--c-good)', words: 'good (ok, on time)', short: 'successful' },
  late: { colour: 'var(--c-late)', words: 'late (ok, after its deadline)', short: 'late' },
  deadline: { colour: 'var(--c-timeout)', words: 'no answer by the deadline', short: 'no answer in time' },
  shed: { colour: 'var(--c-shed)', words: 'shed (load shedding)', short: 'shed' },
  transport: { colour: 'var(--c-transport)', words: 'transport', short: 'transport error' },
  refused: { colour: 'var(--c-refused)', words: 'refused (auth, session, protocol)', short: 'refused' },
  tool: { colour: 'var(--c-tool)', words: 'tool error', short: 'tool error' },
  wrong: { colour: 'var(--c-wrong)', words: 'wrong (semantic, effect)', short: 'wrong or duplicate' },
  generator: { colour: 'var(--c-generator)', words: 'generator', short: 'generator' },
} as const;
export type CallClass = keyof typeof CLASS_STYLE;
export const CALL_CLASSES = Object.keys(CLASS_STYLE) as readonly CallClass[];

/** The class a failed outcome is drawn in. */
export const CLASS_OF: Readonly<Record<Exclude<Outcome, 'ok'>, CallClass>> = {
  generator: 'generator',
  transport: 'transport',
  auth: 'refused',
  shed: 'shed',
  session: 'refused',
  protocol: 'refused',
  tool: 'tool',
  deadline: 'deadline',
  semantic: 'wrong',
  effect: 'wrong',
};

/** Steps of the heat map, from few to many. */
export const HEAT_STEPS = Array.from({ length: 8 }, (_, step) => `var(--h${step + 1})`);

/** Width of the value axis, the same in every pane so that stacked panes line up. */
export const AXIS_WIDTH = 52;

/** Widths of a pane: of a figure beside another, of one over the whole page, and of the same on a narrow screen. */
export const PANE_WIDTH = 400;
export const WIDE_PANE_WIDTH = 966;
export const NARROW_PANE_WIDTH = 290;

export const CHART_CONFIG: Config = {
  background: 'transparent',
  padding: { left: 2, right: 10, top: 2, bottom: 2 },
  font: 'inherit',
  view: { stroke: null },
  concat: { spacing: 12 },
  text: { color: INK.text, fontSize: 11 },
  title: {
    color: INK.text,
    fontSize: 11.5,
    fontWeight: 600,
    anchor: 'start',
    frame: 'group',
    dx: 3 - AXIS_WIDTH,
    offset: 7,
  },
  axis: {
    labelColor: INK.muted,
    titleColor: INK.muted,
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    gridColor: INK.grid,
    gridWidth: 1,
    domainColor: INK.axis,
    tickColor: INK.axis,
    tickSize: 4,
    labelPadding: 4,
    titlePadding: 6,
  },
  axisY: {
    domain: false,
    ticks: false,
    minExtent: AXIS_WIDTH,
    maxExtent: AXIS_WIDTH,
    titleAngle: 0,
    titleAlign: 'left',
    tickCount: 4,
  },
  axisX: { grid: false, labelFlush: true },
};

/** One entry of a figure's key, drawn in HTML so that it wraps on a narrow screen. */
export interface KeyEntry {
  readonly words: string;
  readonly colour: string;
  /** `heading`: no mark, but the name of the entries that follow. */
  readonly mark: 'line' | 'thin' | 'dashed' | 'dotted' | 'area' | 'band' | 'heading';
}

/** A specification without `$schema` and `config`, for a width of its panes where it fills the page. */
export type Picture = TopLevelSpec | ((width: number) => TopLevelSpec);

/** What is drawn, and the key to it. */
export interface Chart {
  readonly picture: Picture;
  readonly key: readonly KeyEntry[];
}

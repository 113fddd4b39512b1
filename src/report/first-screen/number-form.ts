/** The form of one number of the first screen: value, interval, bar, and the gate that judges it. */
import { changeText, inUnit, NOT_WITHIN, type Unit } from '../../format/index.js';
import type { GateResult } from '../../analysis/index.js';
import type { RunView } from '../input.js';
import { valueTone, type State } from '../words.js';

export interface HeadlineNumber {
  readonly name: string;
  /** Of what it is: a phase, a rate, a fault. */
  readonly context: string;
  readonly state: State;
  /** Before the number, where words belong to it: `not within`; mostly empty. */
  readonly before: string;
  /** The number and its unit apart: `59.8`, `ms`. */
  readonly value: string;
  readonly unit: string;
  /** Versus the baseline, where the run was judged by one: `+3.1 %`. */
  readonly change: { readonly text: string; readonly state: State } | null;
  /**
   * Shares of the bar, 0 to 1: what is filled, the 95 % interval, and where the limit is; null where unknown. A number
   * that has no limit and is no share has none of them: there is nothing to fill.
   */
  readonly filled: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly limit: number | null;
  /** Under the bar, left and right. */
  readonly interval: string;
  readonly bound: string;
  /** The gates that judge it. */
  readonly judgedBy: readonly GateResult[];
}

/** Where the limit stands on a bar, so that every bar reads as a share of it. */
const LIMIT_AT = 0.88;
export interface Measured {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly unit: Unit;
  /** How it is written, where that is not its unit's form. */
  readonly text?: string;
}

export type Gated = (result: GateResult) => boolean;

/** A number that the run can't give, and why. */
export const unknown = (name: string, context: string, why: string): HeadlineNumber => ({
  name,
  context,
  state: 'quiet',
  before: '',
  value: 'unknown',
  unit: '',
  change: null,
  filled: null,
  low: null,
  high: null,
  limit: null,
  interval: why,
  bound: '',
  judgedBy: [],
});

export interface NumberParts {
  readonly name: string;
  readonly context: string;
  readonly measured: Measured;
  /** The gate on it, and the one versus the baseline. */
  readonly gated: Gated;
  /** The gate bounds 1 minus it. */
  readonly mirrored?: boolean;
  readonly interval?: string;
  /** Its state by a check, where no gate judges it. */
  readonly otherwise?: State;
  /** What its bar shows where no gate bounds it: its share of the whole. */
  readonly share?: number;
}

/** The number as the first screen shows it, judged by the gates that are on it. */
export function numberOf({ gates }: RunView, parts: NumberParts): HeadlineNumber {
  const { name, context, measured, gated, mirrored = false, otherwise } = parts;
  const { value, low, high, unit, text = inUnit(value, unit) } = measured;
  const gate = gates.results.find((each) => each.change === undefined && gated(each));
  const versus = gates.results.find((each) => each.change !== undefined && gated(each));
  const bound = gate?.gate.max ?? gate?.gate.min ?? null;
  const limit = bound === null ? null : mirrored ? 1 - bound : bound;
  const isShare = unit === 'ratio';
  const full = isShare ? 1 : limit !== null && limit > 0 ? limit / LIMIT_AT : null;
  const at = (place: number | null): number | null =>
    place === null || full === null ? null : Math.max(0, Math.min(1, place / full));
  const before = text.startsWith(NOT_WITHIN) ? NOT_WITHIN : '';
  const [number = text, unitText = ''] = splitUnit(text.slice(before.length).trim());
  const estimate = versus?.change?.estimate ?? null;
  return {
    name,
    context,
    state: gate === undefined ? (otherwise ?? (isShare ? 'look' : 'quiet')) : valueTone(gate.verdict),
    before,
    value: number,
    unit: isShare ? '% of calls' : unitText,
    change:
      versus?.change === undefined || estimate === null
        ? null
        : {
            text: changeText(estimate, { change: versus.change.kind, unit: versus.unit }),
            state: valueTone(versus.verdict),
          },
    filled: full === null ? (parts.share ?? null) : at(value),
    low: at(low),
    high: at(high),
    limit: at(limit),
    interval: parts.interval ?? intervalText(measured),
    bound:
      gate === undefined || limit === null
        ? otherwise === 'bad'
          ? 'by check, no gate'
          : 'no gate'
        : `gate ${isMaximum(gate) !== mirrored ? '≤' : '≥'} ${inUnit(limit, unit, 6)}`,
    judgedBy: [gate, versus].filter((each) => each !== undefined),
  };
}

const isMaximum = ({ gate }: GateResult): boolean => gate.max !== null;

function intervalText({ low, high, unit }: Measured): string {
  if (low === null && high === null) return 'no interval';
  if (low === null) return `95 %: up to ${inUnit(high ?? 0, unit)}`;
  if (high === null) return `95 %: from ${inUnit(low, unit)}`;
  const [from = '', fromUnit = ''] = splitUnit(inUnit(low, unit));
  const [to = '', toUnit = ''] = splitUnit(inUnit(high, unit));
  const name = unit === 'per-second' ? 'between' : '95 %:';
  return `${name} ${from}${fromUnit === toUnit ? '' : ` ${fromUnit}`} ${unit === 'per-second' ? 'and' : 'to'} ${to}`;
}

/** `59.8 ms` as `59.8` and `ms`; `< 500 ms` as `< 500` and `ms`; a rate keeps its unit. */
function splitUnit(text: string): readonly [string, string] {
  const at = text.lastIndexOf(' ');
  return at < 1 || /^[<>≥]$/.test(text.slice(0, at)) ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

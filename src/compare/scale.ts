/** The scale on which changes are judged: logarithms for ratios, plain values for differences. Above 0 is worse. */
import { metricOf, type ComparativeGate } from '../catalog/index.js';

export interface GateScale {
  readonly isLog: boolean;
  /** 1 where lower is better, else -1. */
  readonly sign: 1 | -1;
  /** The largest harm that passes: a decrease by 10 % is a harm of -ln(0.9). */
  readonly margin: number;
  /** A value onto the scale, without its sign, and back. */
  readonly to: (value: number) => number;
  readonly back: (scaled: number) => number;
  /** A harm as it is written: the share of a ratio, or a difference in the unit, with the sign of the change. */
  readonly change: (harm: number) => number;
}

const same = (value: number): number => value;

export function onScale({ metric, change, margin }: Pick<ComparativeGate, 'metric' | 'change' | 'margin'>): GateScale {
  const isLog = change === 'ratio';
  const sign = metricOf(metric).better === 'lower' ? 1 : -1;
  return {
    isLog,
    sign,
    margin: !isLog ? margin : sign === 1 ? Math.log1p(margin) : -Math.log1p(-margin),
    to: isLog ? Math.log : same,
    back: isLog ? Math.exp : same,
    change: (harm) => (isLog ? Math.expm1(sign * harm) : sign * harm),
  };
}

/**
 * The scale of a ratio some values of which are 0, and have no logarithm: shares of another value, such as the mean of
 * the reference.
 */
export function inShares({ metric, margin }: Pick<ComparativeGate, 'metric' | 'margin'>, of: number): GateScale {
  const sign = metricOf(metric).better === 'lower' ? 1 : -1;
  return {
    isLog: false,
    sign,
    margin,
    to: (value) => value / of,
    back: (scaled) => scaled * of,
    change: (harm) => Math.max(-1, sign * harm),
  };
}

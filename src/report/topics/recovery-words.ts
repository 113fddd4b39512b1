/** A recovery in values and sentences. */
import type { RecoverySummary } from '../../analysis/index.js';
import { count, counted, duration, rate, recoveryTime, timeUntil, UNKNOWN } from '../../format/index.js';
import { plainText } from '../text.js';
import { capitalised } from '../words.js';
import { metastableSentence } from './after-fault.js';

export interface RecoveryWords {
  /** `brief`: for the contents, where the value is too long for them. */
  readonly recover: { readonly value: string; readonly label: string; readonly brief?: string };
  readonly detect: string;
  readonly drain: string;
  readonly lost: string;
  readonly sentence: string;
  /** In a few words, to go after the name of the fault. */
  readonly short: string;
}

/** What stands beside a bound, and where a fault had no effect. */
const NOT_RECOVERED = 'not recovered when the observation ended';
const STAYED = 'stayed in the normal range';

/** Which measure stayed in which range: a median may rise far below the highest p99 that counts as normal. */
export function stayedWords({ normalRange }: Pick<RecoverySummary, 'normalRange'>): string {
  if (normalRange === null) return STAYED;
  const { maxP99Ns, minGoodputPerSecond } = normalRange;
  return `p99 ≤ ${duration(maxP99Ns)} and goodput ≥ ${rate(minGoodputPerSecond)}: as before it`;
}

function drainWords(drain: RecoverySummary['drain']): string {
  if (drain === null) return 'n/a (fault not removed)';
  return drain.ns === null && drain.observedNs === 0 ? 'not observed' : timeUntil(drain.ns, drain.observedNs);
}

/** A recovery as text. One that never came is a bound, not a number. */
export function recoveryWords(recovery: RecoverySummary): RecoveryWords {
  const { timeToDetect, timeToRecover, drain, dip, windowNs } = recovery;
  const lostCalls = dip === null ? 0 : Math.round(dip.lostGoodCalls);
  const lost = lostCalls > 0 ? ` ${counted(lostCalls, 'successful call')} lost.` : '';
  const undetected = timeToDetect.kind === 'not-degraded' ? 'n/a' : UNKNOWN;
  const words = {
    detect: timeToDetect.kind === 'value' ? duration(timeToDetect.ns) : undetected,
    drain: drainWords(drain),
    lost: dip === null ? UNKNOWN : count(lostCalls),
  };
  const degraded =
    timeToDetect.kind === 'value' ? `degraded within ${duration(timeToDetect.ns)} of the fault` : 'degraded';
  switch (timeToRecover.kind) {
    case 'value': {
      const { ns } = timeToRecover;
      const after = ns === 0 ? `within one ${duration(windowNs)} window of` : `${duration(ns)} after`;
      const recovered = `recovered ${after} its removal`;
      return {
        ...words,
        recover: {
          value: recoveryTime(ns, windowNs),
          label: 'time to recover after the fault was removed',
          ...(ns === 0 ? { brief: `< ${duration(windowNs)}` } : {}),
        },
        sentence: `${capitalised(degraded)}; ${recovered}.${lost}`,
        short: `${degraded}, ${recovered}`,
      };
    }
    case 'censored': {
      const seen = duration(timeToRecover.ns);
      const bound = `not recovered within ${seen} (observation ended)`;
      return {
        ...words,
        recover: {
          value: timeUntil(null, timeToRecover.ns),
          label: `time to recover: ${NOT_RECOVERED}`,
          brief: `none in ${seen}`,
        },
        sentence: `${capitalised(degraded)}; ${bound}.${metastableSentence(recovery.afterFault.metastability)}${lost}`,
        short: `${degraded}, ${bound}`,
      };
    }
    case 'not-observed': {
      const why = plainText(recovery.note ?? 'recovery was not observed');
      return {
        ...words,
        recover: { value: 'not observed', label: 'time to recover: the observation ended too early' },
        sentence: `${capitalised(degraded)}; ${why}.${lost}`,
        short: `${degraded}; ${why}`,
      };
    }
    case 'not-degraded':
      return {
        ...words,
        recover: { value: 'none needed', label: STAYED },
        sentence: `No degradation during the fault: ${stayedWords(recovery)}.${lost}`,
        short: STAYED,
      };
    case 'unknown': {
      const why = recovery.note === null ? 'too little data' : plainText(recovery.note);
      return {
        ...words,
        recover: { value: UNKNOWN, label: 'time to recover' },
        sentence: `Time to recover unknown: ${why}.`,
        short: `time to recover unknown (${why})`,
      };
    }
  }
}

/** Empty where there is a time. */
export function recoveryNote({ timeToRecover: { kind } }: RecoverySummary): string {
  return {
    value: '',
    censored: NOT_RECOVERED,
    'not-observed': 'the observation ended too early',
    'not-degraded': STAYED,
    unknown: 'too little data',
  }[kind];
}

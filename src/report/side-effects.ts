/** Consequences of faults and overload in words. */
import type {
  AnnotationClass,
  CancelPropagation,
  SideEffects,
  ErrorVisibilityClass,
  Share,
  WastedWork,
} from '../analysis/index.js';
import { count, plural, percent } from '../format/index.js';

export const ANNOTATION_WORDS: Readonly<Record<AnnotationClass, string>> = {
  destructive: 'destructive',
  additive: 'adds, not idempotent',
  'not-told': 'not told',
  idempotent: 'idempotent',
  'read-only': 'read-only',
};

/** `87.5 % (71.0 % to 96.5 %)`. */
export function shareInterval({ value, low, high }: Share): string {
  return `${percent(value)} (${percent(low)} to ${percent(high)})`;
}

/** Duplicates among tools for which each execution counts. */
export function harmfulDuplicates({ effectsByAnnotation: { classes } }: SideEffects): number {
  return classes
    .filter(({ annotation }) => annotation !== 'read-only' && annotation !== 'idempotent')
    .reduce((sum, { duplicates }) => sum + duplicates, 0);
}

export function wastedSentence(work: WastedWork): string {
  if (work.from === 'unknown') return `Work for nobody is not known: ${work.reason}.`;
  if (work.executions === 0) return 'The upstream executed nothing.';
  const time = work.serviceShare === null ? '' : `, ${percent(work.serviceShare)} of the service time`;
  return `${work.lowerBound ? 'At least ' : ''}${count(work.wasted)} of ${count(work.executions)} executions were for nobody${time}${work.from === 'counters' && work.late > 0 ? `; of these ${count(work.late)} ${plural(work.late, 'was', 'were')} answered, and too late` : ''}${work.from === 'stamps' ? ', by the stamps of late answers alone' : ''}.`;
}

/** Null where no attempt was given up. */
export function cancelSentence({ givenUp, told, arrived, stopped }: CancelPropagation): string | null {
  if (givenUp === 0) return null;
  const upstream =
    stopped === null
      ? 'what the upstream did about it is not told'
      : `${count(arrived ?? 0)} cancellations found the call under way, and the upstream left ${count(stopped)} unserved`;
  return `${count(givenUp)} ${plural(givenUp, 'attempt was', 'attempts were')} given up, ${count(told)} of them cancelled in words; ${upstream}.`;
}

/** What callers could tell of faults of one class, in a few words. */
export function errorVisibilityText({ reportedShare, note, affected }: ErrorVisibilityClass): string {
  if (note !== null) return note;
  return reportedShare === null ? (affected === 0 ? 'nothing struck' : 'not seen') : shareInterval(reportedShare);
}

/** Whether there is anything in it that a reader of a fault-free, unhurried run would miss. */
export function worthTelling({
  errorVisibility,
  sessions,
  resources,
  wastedWork,
  cancelPropagation,
  effectsByAnnotation,
}: SideEffects): boolean {
  const wasted = wastedWork.from !== 'unknown' && wastedWork.wasted > 0;
  return (
    errorVisibility.classes.length +
      errorVisibility.notAttributable.length +
      sessions.length +
      resources.length +
      effectsByAnnotation.classes.length >
      0 ||
    wasted ||
    cancelPropagation.givenUp > 0
  );
}

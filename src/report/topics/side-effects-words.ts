/** Side effects and waste in sentences, and in one line. */
import type { CancelPropagation, SideEffects, Summary, WastedWork } from '../../analysis/index.js';
import { count, counted, percent, plural } from '../../format/index.js';
import type { Headline } from './topic.js';

/** Duplicates of tools for which each execution counts. */
export function harmfulDuplicates({ effectsByAnnotation: { classes } }: SideEffects): number {
  return classes
    .filter(({ annotation }) => annotation !== 'read-only' && annotation !== 'idempotent')
    .reduce((sum, { duplicates }) => sum + duplicates, 0);
}

export function wastedSentence(work: WastedWork): string {
  if (work.from === 'unknown') return `Wasted work unknown: ${work.reason}.`;
  if (work.executions === 0) return 'The upstream executed nothing.';
  const time = work.serviceShare === null ? '' : `, ${percent(work.serviceShare)} of the service time`;
  const late = `; ${count(work.late)} of these ${plural(work.late, 'was', 'were')} answered too late`;
  const counters = work.late > 0 ? late : '';
  const basis = work.from === 'stamps' ? ', from the timing of late answers alone' : counters;
  const least = work.lowerBound ? 'at least ' : '';
  const wasted = `${least}${count(work.wasted)} of ${counted(work.executions, 'execution')}`;
  return `Wasted work (executed after the caller gave up): ${wasted}${time}${basis}.`;
}

/** None where no attempt was given up. */
export function cancelSentence({ givenUp, cancelled, arrived, stopped }: CancelPropagation): readonly string[] {
  if (givenUp === 0) return [];
  const reached = `${count(arrived ?? 0)} reached the upstream while the call was running`;
  const upstream =
    stopped === null
      ? 'unknown how the upstream reacted'
      : `${reached}, and ${counted(stopped, 'call')} stopped unserved`;
  const explicit = `${count(cancelled)} of them cancelled explicitly (notifications/cancelled)`;
  return [`${counted(givenUp, 'attempt')} given up, ${explicit}; ${upstream}.`];
}

/** None where no stream was cut. */
export function cutSentence({ cutStreams }: SideEffects): readonly string[] {
  if (cutStreams === null || cutStreams.cut === 0) return [];
  const { cut, reissued, notReissued, duplicates } = cutStreams;
  const caused =
    duplicates === null ? 'what they executed twice is unknown' : `which caused ${counted(duplicates, 'duplicate')}`;
  const again = `${counted(reissued, 'call')} made again, as the protocol demands, ${caused}`;
  const ended = `${counted(notReissued, 'call')} ended there, as their retries allow no more`;
  const what = [...(reissued === 0 ? [] : [again]), ...(notReissued === 0 ? [] : [ended])];
  return [`${counted(cut, 'stream')} cut before the answer: ${what.join('; ')}.`];
}

const isWasted = ({ wastedWork }: SideEffects): boolean => wastedWork.from !== 'unknown' && wastedWork.wasted > 0;

/** What a run without faults and without overload has nothing of. */
export function hasWaste({ sideEffects: found }: Summary): boolean {
  const { errorVisibility, sessions, resources, cancelPropagation, effectsByAnnotation } = found;
  const { classes, notAttributable } = errorVisibility;
  const subjects = [classes, notAttributable, sessions, resources, effectsByAnnotation.classes];
  return (
    subjects.some((list) => list.length > 0) ||
    isWasted(found) ||
    cancelPropagation.givenUp > 0 ||
    cutSentence(found).length > 0
  );
}

/** The sentences on work in vain that are known to be worth reading. */
export const wasteSentences = (found: SideEffects): readonly string[] => [
  ...(isWasted(found) ? [wastedSentence(found.wastedWork)] : []),
  ...cancelSentence(found.cancelPropagation),
  ...cutSentence(found),
];

export function effectsSentence({ effects }: Summary): readonly string[] {
  if (effects === null) return [];
  const [duplicates, orphans] = [counted(effects.duplicates, 'duplicate'), counted(effects.orphans, 'orphan')];
  const calls = `${counted(effects.calls, 'call')} that must have exactly one effect`;
  return [`${duplicates}, ${count(effects.lost)} lost, ${orphans} of ${calls}.`];
}

/** Duplicates and lost effects are failures of the target; work in vain is worth a look. */
export function sideEffectsHeadline(summary: Summary): Headline {
  const { effects, sideEffects: found } = summary;
  const wrong = effects !== null && effects.duplicates + effects.lost > 0;
  const waste = found.wastedWork.from === 'unknown' ? null : found.wastedWork.executionShare;
  const sentences = [...effectsSentence(summary), ...wasteSentences(found)];
  return {
    state: wrong ? 'bad' : isWasted(found) || (effects?.orphans ?? 0) > 0 ? 'look' : 'good',
    finding: sentences.length === 0 ? 'No side effect and no wasted work was found.' : sentences.slice(0, 2).join(' '),
    key:
      effects !== null && wrong
        ? {
            name: 'duplicates, lost',
            value: `${count(effects.duplicates)}, ${count(effects.lost)}`,
            brief: `${count(effects.duplicates + effects.lost)} wrong`,
          }
        : waste === null
          ? null
          : { name: 'wasted', value: percent(waste) },
  };
}

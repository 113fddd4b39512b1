/** Contract drift in words. */
import type { DriftChange, DriftSummary } from '../analysis/index.js';
import { count, duration, exactMoment, plural } from '../format/index.js';
import { plainText } from './text.js';
import type { Tone } from './words.js';

export const DRIFT_CLASS: Readonly<
  Record<DriftChange['class'], { readonly words: string; readonly tone: Tone; readonly sign: string }>
> = {
  breaking: { words: 'breaking', tone: 'bad', sign: '✗' },
  informational: { words: 'informational', tone: 'quiet', sign: 'i' },
};

/** Whether a reader needs to hear of it: a change, or looks that failed. */
export function driftSaysSomething(drift: DriftSummary | null): drift is DriftSummary {
  return drift !== null && (drift.changes.length > 0 || (drift.failedPolls ?? 0) > 0);
}

/** How often the tools changed, and what could have been missed. */
export function driftSentence({
  everyNs,
  tools,
  polls,
  failedPolls,
  longestGapNs,
  breaking,
  informational,
}: DriftSummary): string {
  const changed =
    breaking + informational === 0
      ? 'No tool changed'
      : `${count(breaking)} breaking and ${count(informational)} informational ${plural(breaking + informational, 'change')}`;
  const seen =
    polls === null
      ? 'how often the list came in is not known'
      : `the list came in ${count(polls)} ${plural(polls, 'time')}${(failedPolls ?? 0) > 0 ? ` and ${count(failedPolls ?? 0)} ${plural(failedPolls ?? 0, 'time')} did not` : ''}`;
  const missed =
    longestGapNs === null ? '' : `; what came and went within ${duration(longestGapNs)} may have been missed`;
  return `${changed} of ${count(tools)} ${plural(tools, 'tool')}; asked every ${duration(everyNs)}, ${seen}${missed}.`;
}

/** When a change came: after the one, before the other. */
export function driftWindow({ unchangedNs, answeredNs }: DriftChange): string {
  return `${exactMoment(unchangedNs)} to ${exactMoment(answeredNs)}`;
}

/** What changed, in one line. */
export function changeText({ changes, kind }: DriftChange): string {
  const what = changes.map((change) => plainText(change.what, 160)).join('; ');
  return what === '' ? kind : what;
}

/** The first digits of a digest, enough to tell two apart. */
export const shortDigest = (digest: string | null): string => (digest === null ? 'none' : plainText(digest, 12));

/** Sentences on what the times that come from spans rest on. */
import type { Summary } from '../../analysis/index.js';
import { count, counted } from '../../format/index.js';
import { plainText } from '../text.js';

/** Below this share of the answered attempts the breakdown does without the times of the servers. */
const LEAST_JOINED = 0.5;

/** Sentences for the latency breakdown; none where no spans are received. */
export function spanNotes({ spans }: Pick<Summary, 'spans'>): readonly string[] {
  if (spans === null) return [];
  const { answered, joined, withQueue, longer, uneven, work } = spans;
  if (joined === 0) return [`No answered attempt has its times from spans${reasons(spans)}.`];
  const few =
    joined < LEAST_JOINED * answered ? ' The others have none, and with fewer than half no time is used.' : '';
  const queue =
    work === null
      ? 'They do not report a queue: the wait of a call in its server is part of the service.'
      : withQueue < joined
        ? `${counted(joined - withQueue, 'attempt')} had no span whose name begins with "${plainText(work, 60)}": ` +
          'all of their time in the server counts as service.'
        : '';
  const left = longer + uneven === 0 ? '' : ` Not used: ${reasons({ ...spans, foreign: 0, unread: 0 }, '')}.`;
  return [
    `Queue and service of ${count(joined)} of ${counted(answered, 'answered attempt')} come from the spans of the ` +
      `servers; the ways there and back share the rest of their time evenly, which is an assumption.${few} ` +
      `${queue}${left}`.trimEnd(),
  ];
}

function reasons({ longer, uneven, foreign, unread }: NonNullable<Summary['spans']>, start = ': '): string {
  const all = [
    ...(longer === 0 ? [] : [`${counted(longer, 'attempt')} whose spans last longer than the call`]),
    ...(uneven === 0 ? [] : [`${counted(uneven, 'attempt')} of calls with another number of executions than attempts`]),
    ...(foreign === 0 ? [] : [`${counted(foreign, 'span')} without the trace context of a call`]),
    ...(unread === 0 ? [] : [`${counted(unread, 'request')} of exporters that could not be read`]),
  ];
  return all.length === 0 ? '' : `${start}${all.join(', ')}`;
}

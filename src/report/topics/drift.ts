/** Contract drift: which tools changed during the run, when, and whether that breaks a caller. */
import type { DriftChange, DriftSummary, Summary } from '../../analysis/index.js';
import { count, counted, duration, exactMoment } from '../../format/index.js';
import { plainText } from '../text.js';
import { namedPhase, type Badge } from '../words.js';
import { lines, nothing, tableOf, text, verdictCell, wordColumns, type Line, type Table, type Topic } from './topic.js';

const CLASS: Readonly<Record<DriftChange['class'], Badge>> = {
  breaking: { words: 'breaking', tone: 'bad', sign: '✗' },
  informational: { words: 'informational', tone: 'quiet', sign: 'i' },
};
const MOST_LINES = 6;

/** The drift where a reader needs to know of it: a change, or polls that failed. */
const drifted = ({ drift: found }: Summary): DriftSummary | null =>
  found !== null && (found.changes.length > 0 || (found.failedPolls ?? 0) > 0) ? found : null;

/** How many tools changed, and what could have been missed. */
function sentence({ everyNs, tools, polls, failedPolls, longestGapNs, breaking, informational }: DriftSummary): string {
  const changes = `${count(breaking)} breaking and ${count(informational)} informational changes`;
  const changed = breaking + informational === 0 ? 'No change' : changes;
  const failed = (failedPolls ?? 0) > 0 ? `, ${count(failedPolls ?? 0)} failed` : '';
  const polled = polls === null ? 'number of polls unknown' : `${counted(polls, 'poll')}${failed}`;
  const missed =
    longestGapNs === null ? '' : `; a change that lasted under ${duration(longestGapNs)} may have been missed`;
  return `${changed} in ${counted(tools, 'tool')}; polled every ${duration(everyNs)}, ${polled}${missed}.`;
}

/** What changed, in one line. */
function changeText({ changes, kind }: DriftChange): string {
  const what = changes.map((change) => plainText(change.what, 160)).join('; ');
  return what === '' ? kind : what;
}

/** The first digits of a digest, enough to distinguish two. */
const shortDigest = (digest: string | null): string => (digest === null ? 'none' : plainText(digest, 12));

const table = ({ changes }: DriftSummary, phases: Summary['phases']): readonly Table[] =>
  tableOf({
    caption: 'Changes, in order of time',
    columns: [
      ...wordColumns('Tool', 'Class'),
      { name: 'When', below: 'between two polls' },
      { name: 'Change', kind: 'text' },
      { name: 'Digest', below: 'before, after', kind: 'word' },
    ],
    rows: changes.map((change) => {
      const { unchangedNs, answeredNs } = change;
      const phase = change.phase === null ? 'between phases' : namedPhase(phases, change.phase);
      return {
        cells: [
          { text: plainText(change.tool, 128), below: change.kind },
          verdictCell(CLASS[change.class]),
          {
            text: `${exactMoment(unchangedNs)} to ${exactMoment(answeredNs)}`,
            below: `within ${duration(answeredNs - unchangedNs)}, ${phase}`,
          },
          plainText(changeText(change), 800),
          { text: shortDigest(change.before), below: shortDigest(change.after) },
        ],
      };
    }),
  });

function terminalLines({ breaking, informational, changes }: DriftSummary, columns: number): readonly Line[] {
  const more = changes.length - MOST_LINES;
  return [
    [
      { text: 'contract drift: ', tone: 'strong' },
      { text: `${count(breaking)} breaking, ${count(informational)} informational` },
    ],
    ...changes
      .slice(0, MOST_LINES)
      .flatMap((change) =>
        lines(
          [{ text: '  ' }],
          `${exactMoment(change.answeredNs)} ${change.class}: ${plainText(change.tool, 60)}, ${changeText(change)}`,
          columns,
          change.class === 'breaking' ? 'bad' : undefined,
        ),
      ),
    ...(more > 0 ? [[{ text: `  and ${more} more in the report`, tone: 'quiet' as const }]] : []),
  ];
}

export const drift = {
  id: 'drift',
  title: 'Contract drift',
  label: 'Drift',
  place: 'results',
  lead: () =>
    'A session outside the load polls tools/list. Breaking: a request that was valid may be refused, or an ' +
    'answer may not be what was declared. A change happened between the last list without it and the ' +
    'first list with it.',
  headline: ({ analysis: { summary } }) => {
    const found = drifted(summary);
    return {
      state: found !== null && found.breaking > 0 ? 'bad' : 'look',
      finding: found === null ? '' : sentence(found),
      key:
        found === null
          ? null
          : { name: 'breaking', value: count(found.breaking), brief: `${count(found.breaking)} breaking` },
    };
  },
  applies: ({ analysis }) => drifted(analysis.summary) !== null,
  page: ({ analysis: { summary } }) => {
    const found = drifted(summary);
    if (found === null) return [];
    const changes = table(found, summary.phases);
    return [text(sentence(found)), ...(changes.length === 0 ? [nothing('No tool changed.')] : changes)];
  },
  markdown: ({ analysis: { summary } }) => {
    const found = drifted(summary);
    return found === null ? [] : [text(sentence(found)), ...table(found, summary.phases)];
  },
  terminal: ({ analysis: { summary } }, columns) => {
    const found = drifted(summary);
    return found === null || found.changes.length === 0 ? [] : terminalLines(found, columns);
  },
} as const satisfies Topic;

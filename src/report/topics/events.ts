/** What went wrong, by name and time: stretches without any answer, and each way in which calls failed. */
import type { AnswerGap, FailureKind, Summary } from '../../analysis/index.js';
import { count, counted, duration, moment } from '../../format/index.js';
import { plainText } from '../text.js';
import { faultName, namedPhase, OUTCOME_WORDS } from '../words.js';
import {
  numberColumns,
  wordColumns,
  lines,
  none,
  text,
  type Line,
  type Table,
  type Text,
  type Topic,
} from './topic.js';

/** Lines in the terminal. */
const MOST_LINES = 6;
const LONGEST_EXAMPLE = 120;

const gapName = ({ fromNs, toNs }: AnswerGap): string =>
  `No answer for ${duration(toNs - fromNs)} from ${moment(fromNs)}`;

function faultsIn({ faults }: AnswerGap, { recoveries }: Summary): string {
  const names = faults.map((id) => recoveries.find(({ fault }) => fault === id) ?? id);
  return names.map((each) => (typeof each === 'string' ? plainText(each, 60) : faultName(each))).join(', ');
}

/** `No answer for 3 s from +4.2 s in steady, 312 attempts in flight; latency on upstream was active.` */
export function gapSentence(gap: AnswerGap, summary: Summary): string {
  const faults = faultsIn(gap, summary);
  return (
    `${gapName(gap)} in ${namedPhase(summary.phases, gap.phase, 40)}, ${counted(gap.waiting, 'attempt')} in flight` +
    `${faults === '' ? '' : `; ${faults} was active`}.`
  );
}

const className = ({ outcome, errorClass }: FailureKind): string =>
  errorClass === outcome ? OUTCOME_WORDS[outcome] : `${OUTCOME_WORDS[outcome]} (${errorClass})`;

const quotedExamples = (examples: readonly string[]): string =>
  examples.map((text) => `"${plainText(text, LONGEST_EXAMPLE)}"`).join(', ');

/** `tool error (tool-error): 37 calls of steady, +1.2 s to +9.9 s, such as "index is rebuilding".` */
function failureSentence(kind: FailureKind, summary: Summary): string {
  const { calls, firstNs, lastNs, examples, phase, outcome, onReusedConnections } = kind;
  const when = calls === 1 ? `at ${moment(firstNs)}` : `${moment(firstNs)} to ${moment(lastNs)}`;
  const reused = outcome === 'transport' ? `, ${count(onReusedConnections)} on reused connections` : '';
  const text = examples.length === 0 ? '' : `, such as ${quotedExamples(examples)}`;
  const of = namedPhase(summary.phases, phase, 40);
  return `${className(kind)}: ${counted(calls, 'call')} of ${of}, ${when}${reused}${text}.`;
}

function gapTable(summary: Summary): Table {
  return {
    kind: 'table',
    caption: 'Stretches without any answer while calls waited',
    columns: [
      { name: 'Phase', kind: 'word' },
      ...numberColumns('From', 'Length', 'Attempts in flight'),
      { name: 'Faults active', kind: 'text' },
    ],
    rows: summary.answerGaps.map((gap) => ({
      cells: [
        namedPhase(summary.phases, gap.phase),
        moment(gap.fromNs),
        duration(gap.toNs - gap.fromNs),
        count(gap.waiting),
        gap.faults.length === 0 ? none('none') : faultsIn(gap, summary),
      ],
    })),
  };
}

function failureTable({ failures, phases }: Summary): Table {
  return {
    kind: 'table',
    caption: 'Calls that failed, by outcome and error class of the last attempt',
    columns: [
      ...wordColumns('Phase', 'Outcome', 'Error class'),
      ...numberColumns('Calls', 'On reused connections', 'First', 'Last'),
      { name: 'Examples', kind: 'text' },
    ],
    rows: failures.map(({ phase, outcome, errorClass, calls, onReusedConnections, firstNs, lastNs, examples }) => ({
      cells: [
        namedPhase(phases, phase),
        OUTCOME_WORDS[outcome],
        errorClass,
        count(calls),
        onReusedConnections === 0 ? none('0') : count(onReusedConnections),
        moment(firstNs),
        moment(lastNs),
        examples.length === 0 ? none('no text') : quotedExamples(examples),
      ],
    })),
  };
}

const tables = (summary: Summary): readonly Table[] =>
  [gapTable(summary), failureTable(summary)].filter(({ rows }) => rows.length > 0);

/** `12 answers belonged to another call: 6 pairs of calls got each other's, 4 answers are of another session.` */
function foreignSentence({ foreignAnswers }: Summary): string {
  if (foreignAnswers === null) return '';
  const { answers, exchangedPairs, acrossSessions } = foreignAnswers;
  return (
    `${counted(answers, 'answer')} belonged to another call: ${counted(exchangedPairs, 'pair')} of calls exchanged ` +
    `theirs, ${counted(acrossSessions, 'answer')} came from a call of another session.`
  );
}

/** `The server asked its clients: elicitation/create 40 times (answered), roots/list 3 times (refused).` */
function requestsSentence({ serverRequests }: Summary): string {
  const asked = serverRequests.map(({ method, answered, refused }) => {
    const ending = refused === 0 ? 'answered' : answered === 0 ? 'refused' : `${count(refused)} of them refused`;
    return `${plainText(method, 64)} ${counted(answered + refused, 'time')} (${ending})`;
  });
  return asked.length === 0 ? '' : `The server asked its clients: ${asked.join(', ')}.`;
}

function parts(summary: Summary): readonly (Table | Text)[] {
  const sentences = [foreignSentence(summary), requestsSentence(summary)].filter((words) => words !== '');
  return [...sentences.map(text), ...tables(summary)];
}

function eventLines(summary: Summary, columns: number): readonly Line[] {
  const foreign = foreignSentence(summary);
  const bad = [
    ...(foreign === '' ? [] : [foreign]),
    ...[...summary.answerGaps]
      .sort((a, b) => b.toNs - b.fromNs - (a.toNs - a.fromNs))
      .map((gap) => gapSentence(gap, summary)),
    ...[...summary.failures].sort((a, b) => b.calls - a.calls).map((kind) => failureSentence(kind, summary)),
  ];
  const more = bad.length - MOST_LINES;
  return [
    ...bad.slice(0, MOST_LINES).flatMap((words) => lines([{ text: '✗ ', tone: 'bad' }], words, columns)),
    ...(more > 0 ? [[{ text: `  and ${more} more in the report`, tone: 'quiet' as const }]] : []),
  ];
}

export const events = {
  id: 'events',
  title: 'Failures and missing answers',
  label: 'Failures',
  place: 'results',
  lead: () => 'Times count from the start of the run; a failure is dated by the end of its call. Warm-up is left out.',
  headline: ({ analysis: { summary } }) => {
    const kinds = [...summary.failures].sort((a, b) => b.calls - a.calls);
    const [gap] = summary.answerGaps;
    const [most] = kinds;
    const calls = kinds.reduce((sum, each) => sum + each.calls, 0);
    const finding =
      most !== undefined
        ? failureSentence(most, summary)
        : gap !== undefined
          ? gapSentence(gap, summary)
          : requestsSentence(summary);
    return {
      state: calls === 0 && gap === undefined ? 'quiet' : 'look',
      finding,
      key:
        calls === 0 && gap !== undefined
          ? { name: 'missing answers', value: counted(summary.answerGaps.length, 'gap') }
          : { name: 'failed calls', value: count(calls), brief: counted(calls, 'call') },
    };
  },
  applies: ({ analysis: { summary } }) =>
    summary.answerGaps.length > 0 ||
    summary.failures.length > 0 ||
    summary.serverRequests.some(({ refused }) => refused > 0),
  page: ({ analysis }) => parts(analysis.summary),
  markdown: ({ analysis }) => parts(analysis.summary),
  terminal: ({ analysis }, columns) => eventLines(analysis.summary, columns),
} as const satisfies Topic;

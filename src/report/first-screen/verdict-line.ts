/** The verdict in one line, and what was measured where. */
import { count, counted, duration } from '../../format/index.js';
import { conditionsText, factText } from '../envelope-facts.js';
import { sign } from '../frame/index.js';
import type { RunView } from '../input.js';
import { html, outside, prose, type Markup } from '../layouts/markup.js';
import { plainText } from '../text.js';
import { capitalised, gateCounts, RUN_VERDICT, type State } from '../words.js';

const STATUS_WORDS = {
  complete: null,
  aborted: 'ended early by abort-on: partial results',
  interrupted: 'interrupted: partial results',
  failed: 'failed: partial results',
  recovered: 'killed, and recovered from its spool',
} as const;

export interface Verdict {
  readonly state: State;
  /** One word or two: `Pass`. */
  readonly words: string;
  /** `5 of 5 gates · measurement valid`. */
  readonly because: string;
}

/** Gates and measurement in one: a measurement that is invalid leaves nothing to judge. */
export function verdictOf({ analysis: { summary }, gates }: RunView): Verdict {
  const { verdict: validity } = summary.validity;
  const measurement = `measurement ${RUN_VERDICT[validity].words}`;
  const because = (words: string): string => `${words} · ${measurement}`;
  if (validity === 'invalid')
    return {
      state: 'bad',
      words: 'Invalid',
      because: `${gates.results.length === 0 ? 'no gates' : gateCounts(gates)}`,
    };
  if (gates.results.length === 0)
    return { state: validity === 'valid' ? 'quiet' : 'unsure', words: 'No gates', because: measurement };
  const passed = gates.results.filter(({ verdict }) => verdict === 'pass').length;
  const all = counted(gates.results.length, 'gate');
  switch (gates.verdict) {
    case 'pass':
      return { state: 'good', words: 'Pass', because: because(`${count(passed)} of ${all}`) };
    case 'regress':
      return { state: 'bad', words: 'Fail', because: because(gateCounts(gates)) };
    case 'inconclusive':
      return { state: 'unsure', words: 'Inconclusive', because: because(gateCounts(gates)) };
    case 'invalid':
      return { state: 'bad', words: 'Not judged', because: because(gateCounts(gates)) };
  }
}

export function verdictLine(run: RunView): Markup {
  const { summary } = run.analysis;
  const { state, words, because } = verdictOf(run);
  const status = STATUS_WORDS[summary.status];
  const facts = [duration(summary.durationNs), counted(summary.samples.logicalCalls, 'call'), baselineText(run)];
  return html`<h1>${sign(state)}<span>${words}</span><small>${because}</small><small
 class="facts">${facts.join(' · ')}</small></h1>
${status === null ? null : html`<p class="status">${sign('unsure')}${capitalised(status)}</p>`}<p
 class="what">${whatAndWhere(run).map((fact, index) =>
   index === 0 ? html`<b>${fact}</b>` : html`<span>${fact}</span>`,
 )}</p>${banner(run)}`;
}

/** Why an invalid run can't be trusted, above its numbers. */
function banner({ analysis: { summary } }: RunView): Markup | null {
  const { verdict, reasons } = summary.validity;
  if (verdict !== 'invalid') return null;
  const grave = reasons.find(({ severity }) => severity === 'invalid');
  return html`<p class="banner" role="note"><b>This run is invalid.</b> ${
    grave === undefined ? null : prose(`${capitalised(plainText(grave.what, 170))}.`.replace(/([.…])\.$/, '$1'))
  } The results are shown to help find the reason; do not rely on them.</p>`;
}

const baselineText = ({ gates }: RunView): string =>
  gates.results.some(({ change }) => change !== undefined) ? 'judged versus a baseline' : 'no baseline';

/** Target, transport, machine, Plimsoll and its commit, start. */
function whatAndWhere({ analysis: { summary }, envelope }: RunView): readonly Markup[] {
  const fact = (...path: readonly string[]): string | null => factText(envelope, ...path);
  const target = [fact('target', 'serverName'), fact('target', 'serverVersion')].filter((each) => each !== null);
  const wire = [fact('target', 'transport'), fact('target', 'protocolVersion')].filter((each) => each !== null);
  const commit = fact('identity', 'gitCommit');
  const version = fact('identity', 'plimsollVersion');
  const targetCommit = fact('target', 'commit');
  return [
    target.length === 0 ? 'target unknown' : target.join(' '),
    ...(targetCommit === null ? [] : [`commit ${targetCommit.slice(0, 9)}`]),
    ...(wire.length === 0 ? [] : [wire.join(', ')]),
    conditionsText(envelope),
    `Plimsoll${version === null ? '' : ` ${version}`}${commit === null ? '' : ` (${commit.slice(0, 7)})`}`,
    startText(summary.startedUtc),
  ].map((words) => outside(words, 120));
}

/** `2026-11-29 18:18 UTC`. */
const startText = (utc: string): string =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(utc) ? `${utc.slice(0, 10)} ${utc.slice(11, 16)} UTC` : plainText(utc, 40);

/** One sentence on the queue that grew first, and where the attempts ended that got no answer. */
import { mainAttribution, type Attribution, type EndedInStage, type Summary } from '../../analysis/index.js';
import { count, duration, percent } from '../../format/index.js';
import { outcomeFill } from '../charts/outcome-patterns.js';
import type { CallClass } from '../charts/theme.js';
import { px } from '../drawing/index.js';
import { html, outside, prose, trusted, type Markup } from '../layouts/markup.js';
import { grownWords, sinceWords, tooFewWindows } from '../topics/breakdown-words.js';
import { plainText } from '../text.js';
import { ENDED_WORDS, endingsOf, STAGE_WORDS, type Ending } from '../words.js';

const DRAWN: Readonly<Record<EndedInStage['how'], CallClass>> = {
  'gave-up': 'deadline',
  shed: 'shed',
  failed: 'transport',
};

type Ended = Pick<EndedInStage, 'stage' | 'how' | 'attempts'>;

const totalOf = (ended: readonly Pick<Ended, 'attempts'>[]): number =>
  ended.reduce((sum, { attempts }) => sum + attempts, 0);

/** Endings that are named, the most frequent; those that were shed are named however few they are. */
const MOST_SEGMENTS = 3;
const WIDTH = 1032;
const GAP = 2;

export function queueLine(summary: Summary): Markup {
  const ended = summary.phases.flatMap(({ stageSplit }) => stageSplit?.ended ?? []);
  const total = totalOf(ended);
  const shown = endingsOf(ended).filter(({ how }, place) => place < MOST_SEGMENTS || how === 'shed');
  const others = total - totalOf(shown);
  return html`<p class="queue">${growing(summary, ended)}${
    total === 0
      ? html` No attempt ended without an answer${beyondSearch(summary)}.`
      : html` Where the <b>${count(total)} attempts without an answer</b> ended:`
  }</p>${total === 0 ? null : bar(shown, others, total)}`;
}

/** Attempts of a capacity search are not split by stages: its failed probes are meant to lose some. */
const beyondSearch = ({ capacities }: Summary): string =>
  capacities.length === 0 ? '' : ', the search for the load line left out';

function growing(summary: Summary, ended: readonly Ended[]): Markup {
  const found = mainAttribution(summary);
  if (found === null) return html`<b>First growing queue: n/a</b> (no open-loop phase).`;
  if (found.firstGrowing === 'unknown')
    return html`<b>First growing queue: unknown</b>, ${prose(`${tooFewWindows(found)}.`)}`;
  if (found.firstGrowing === 'none') return html`<b>No queue grew.</b>`;
  const phase = summary.phases.find(({ name }) => name === found.phase);
  const age = phase === undefined ? '' : ` (oldest call ${duration(phase.queueAge.maxNs)})`;
  const where = `in ${plainText(found.phase, 40)}`;
  // Without a beginning there is no growth: calls took as long, and as many were lost, all the time.
  if (found.onsetNs === null)
    return html`<b>No queue grew</b> ${prose(
      `${where}: response times were as long from its start on${age}${diedWords(ended, found.stage, endedIn(found))}.`,
    )}`;
  const words = `${sinceWords(found)} ${where}${age}${diedWords(ended, found.stage, 'ended there')}`;
  return html`<b>${grownWords(found)}</b>, ${prose(`${words}.`)}`;
}

/** `ended in: upstream queue`. */
const endedIn = ({ stage }: Attribution): string => `ended in: ${stage === null ? 'unknown' : STAGE_WORDS[stage]}`;

/** `; 70 % of the attempts without an answer ended there: 62 % timed out, 7.9 % shed`. */
function diedWords(ended: readonly Ended[], stage: Attribution['stage'], where: string): string {
  const own = ended.filter((each) => each.stage === stage);
  const share = (attempts: number): string => percent(attempts / totalOf(ended), 2);
  const parts = HOWS.flatMap((how) => {
    const attempts = totalOf(own.filter((each) => each.how === how));
    return attempts === 0 ? [] : [{ how, attempts }];
  }).sort((a, b) => b.attempts - a.attempts);
  if (own.length === 0) return '';
  const words = parts.map(({ how, attempts }) => `${share(attempts)} ${ENDED_WORDS[how]}`);
  const split = words.length < 2 ? '' : `: ${words.join(', ')}`;
  return `; ${share(totalOf(own))} of the attempts without an answer ${where}${split}`;
}

const HOWS = Object.keys(ENDED_WORDS) as readonly EndedInStage['how'][];

function bar(shown: readonly Ending[], others: number, total: number): Markup {
  const segments = [
    ...shown.map(({ how, words, attempts }) => ({ attempts, fill: outcomeFill(DRAWN[how]), words })),
    ...(others === 0 ? [] : [{ attempts: others, fill: 'var(--ink3)', words: 'elsewhere' }]),
  ];
  let x = 0;
  const drawn = segments.map(({ attempts, fill }) => {
    const width = (attempts / total) * WIDTH;
    const rect = `<rect x="${px(x)}" width="${px(Math.max(1, width - GAP))}" height="9" fill="${fill}"/>`;
    x += width;
    return rect;
  });
  return html`<svg class="endings" viewBox="0 0 ${WIDTH} 9" preserveAspectRatio="none" aria-hidden="true">${trusted(
    drawn.join(''),
  )}</svg><ul class="endings">${segments.map(
    ({ attempts, fill, words }) =>
      html`<li><svg width="12" height="9" aria-hidden="true">${trusted(
        `<rect width="12" height="9" fill="${fill}"/>`,
      )}</svg><b>${count(attempts)}</b> ${outside(words)}</li>`,
  )}</ul>`;
}

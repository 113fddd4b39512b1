/** The HTML report: one file that opens anywhere, without script, network or installation. */
import { count, duration } from '../../format/index.js';
import type { RunView } from '../input.js';
import { plainText } from '../text.js';
import { TOPICS } from '../topics/index.js';
import type { Topic } from '../topics/topic.js';
import { blocksHtml, section } from './blocks.js';
import { htmlDocument } from './document.js';
import { html, outside, trusted, type Content, type Markup } from './markup.js';
import { STYLE } from './style.js';

/** The load line: a disc and the line to which a ship may be loaded. */
const MARK = trusted(
  '<svg viewBox="0 0 26 26" aria-hidden="true">' +
    '<circle cx="13" cy="13" r="8.5" fill="none" stroke="currentColor" stroke-width="2.2"/>' +
    '<path d="M0 13H26" stroke="currentColor" stroke-width="2.2"/></svg>',
);

/** Version of the page's form. Raise it with every change that a reader of an older page would miss. */
export const REPORT_FORMAT = 2;

const STATUS_WORDS = {
  complete: 'complete',
  aborted: 'ended early by abort-on: partial results',
  interrupted: 'interrupted: partial results',
  failed: 'failed: partial results',
  recovered: 'killed, and recovered from its spool',
} as const;

/**
 * One self-contained HTML page of all runs.
 * @returns the whole document; a typical run stays under 1.5 MB
 */
export async function htmlReport(runs: readonly RunView[]): Promise<string> {
  const chapters = TOPICS.filter((topic) => runs.some(topic.applies));
  const sections: { readonly topic: Topic; readonly markup: Markup }[] = [];
  for (const topic of chapters) sections.push({ topic, markup: await chapter(topic, runs) });
  const at = (...places: readonly Topic['place'][]): readonly Markup[] =>
    sections.filter(({ topic }) => places.includes(topic.place)).map(({ markup }) => markup);
  const invalid = runs.some(({ analysis }) => analysis.summary.validity.verdict === 'invalid');
  const title = runs.map(({ analysis }) => plainText(analysis.summary.name, 80)).join(', ');
  return htmlDocument({
    title,
    style: STYLE,
    meta: html`<meta name="generator" content="Plimsoll, report format ${REPORT_FORMAT}">`,
    body: html`<a class="skip" href="#verdict">Skip to the verdict</a>
<div class="page">
<header class="top"><p class="brand">${MARK}Plimsoll <span>load, faults and recovery of an MCP stack</span></p>
${runs.map(heading)}
<nav aria-label="Chapters"><ol>${chapters.map(link)}</ol>
</nav></header>
<main>
${at('verdict', 'validity')}${invalid ? WARNING : null}<div${invalid ? html` class="distrusted"` : null}>
${at('results')}</div>
${at('conditions')}</main>
<footer>Made by Plimsoll from the run record alone. Times are nanoseconds on one monotonic clock of the host;
 percentiles are computed from raw samples.</footer>
</div>`,
  });
}

const WARNING = html`<p class="warning" role="note">This run is invalid. The results below are shown to help find the
 reason; do not rely on them.</p>`;

const link = ({ id, title }: Topic): Markup => html`<li><a href="#${id}">${title}</a></li>`;

/** A chapter of every run that it applies to; with more than one, each part is headed by its run. */
async function chapter(topic: Topic, runs: readonly RunView[]): Promise<Markup> {
  const shown = runs.filter(topic.applies);
  const parts: Content[] = [];
  for (const run of shown) {
    const lead = shown.length === 1 ? null : html`<h3>${outside(run.analysis.summary.runId, 80)}</h3>`;
    parts.push(lead, await blocksHtml(topic.page(run)));
  }
  const [first] = shown;
  return section(topic.id, topic.title, first === undefined ? null : topic.lead(first), parts);
}

function heading({ analysis: { summary }, plan }: RunView): Markup {
  const { description } = plan.scenario;
  const facts = [
    ['Started', outside(summary.startedUtc, 40)],
    ['Duration', duration(summary.durationNs)],
    ['Status', STATUS_WORDS[summary.status]],
    ['Calls', count(summary.samples.logicalCalls)],
    ['Run', outside(summary.runId, 80)],
  ] as const;
  return html`<h1>${outside(summary.name)}</h1>${
    description === null ? null : html`<p class="about">${outside(description, 600)}</p>`
  }
<dl class="meta">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/**
 * The HTML report: one file that opens anywhere, with no script, no network and nothing to install.
 */
import { count, duration } from '../../format/index.js';
import type { RunView } from '../input.js';
import { plainText } from '../text.js';
import { html, outside, trusted, type Markup } from './markup.js';
import { sideEffectsSection } from './sections/side-effects.js';
import { driftSection } from './sections/drift.js';
import { effectsSection } from './sections/effects.js';
import { evidenceSection } from './sections/evidence.js';
import { growthSection } from './sections/growth.js';
import { hypothesesSection } from './sections/hypotheses.js';
import { headlineSection } from './sections/headline.js';
import { hysteresisSection } from './sections/hysteresis.js';
import { heatmapSection } from './sections/heatmap.js';
import { loadLineSection } from './sections/load-line.js';
import { percentilesSection } from './sections/percentiles.js';
import { queueSection } from './sections/queue.js';
import { recoverySection } from './sections/recovery.js';
import { scalingSection } from './sections/scaling.js';
import { stagesSection } from './sections/stages.js';
import { tablesSection } from './sections/tables.js';
import { timelineSection } from './sections/timeline.js';
import { trustSection } from './sections/trust.js';
import { verdictSection } from './sections/verdict.js';
import { STYLE } from './style.js';

/** Nothing may be loaded and nothing may run; the page's own style sheet and inline pictures are all there is. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** The load line: a disc and the line a ship may be laden to. */
const MARK = trusted(
  '<svg viewBox="0 0 26 26" aria-hidden="true"><circle cx="13" cy="13" r="8.5" fill="none" stroke="currentColor" stroke-width="2.2"/><path d="M0 13H26" stroke="currentColor" stroke-width="2.2"/></svg>',
);

const STATUS_WORDS = {
  complete: 'complete',
  interrupted: 'interrupted: partial results',
  failed: 'failed: partial results',
  recovered: 'killed, and recovered from its spool',
} as const;

/**
 * One self-contained HTML page.
 * @returns the whole document; a typical run stays under 1.5 MB
 */
export async function htmlReport(input: RunView): Promise<string> {
  const { summary } = input.analysis;
  const distrusted = summary.validity.verdict === 'invalid';
  const chapters: readonly { readonly id: string; readonly title: string; readonly body: Markup | null }[] = [
    { id: 'headlines', title: 'In short', body: headlineSection(input) },
    { id: 'load-line', title: 'Load line', body: await loadLineSection(input) },
    { id: 'scaling', title: 'Scaling', body: await scalingSection(input) },
    { id: 'timeline', title: 'Timeline', body: await timelineSection(input) },
    { id: 'percentiles', title: 'Percentiles', body: await percentilesSection(input) },
    { id: 'queue', title: 'Queue age', body: await queueSection(input) },
    { id: 'growth', title: 'Growth', body: await growthSection(input) },
    { id: 'stages', title: 'Where the time went', body: await stagesSection(input) },
    { id: 'recovery', title: 'Recovery', body: await recoverySection(input) },
    { id: 'hysteresis', title: 'Up and down', body: await hysteresisSection(input) },
    { id: 'hypotheses', title: 'Steady state', body: hypothesesSection(input) },
    { id: 'heatmap', title: 'Every call', body: await heatmapSection(input) },
    { id: 'tables', title: 'Phases and tools', body: tablesSection(input) },
    { id: 'effects', title: 'Side effects', body: effectsSection(input) },
    { id: 'side-effects', title: 'Side effects and waste', body: sideEffectsSection(input) },
    { id: 'drift', title: 'Contract drift', body: driftSection(input) },
  ];
  const links = [
    { id: 'verdict', title: 'Verdict' },
    { id: 'trust', title: 'Trust' },
    ...chapters.filter((chapter) => chapter.body !== null),
    { id: 'evidence', title: 'Envelope and evidence' },
  ];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${plainText(summary.name, 80)} – Plimsoll</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#verdict">Skip to the verdict</a>
<div class="page">
<header class="top"><p class="brand">${MARK}Plimsoll <span>load and recovery of an MCP stack</span></p>
<h1>${outside(summary.name)}</h1>${input.plan.scenario.description === null ? null : html`<p class="about">${outside(input.plan.scenario.description, 600)}</p>`}
<dl class="meta">${fact('Started', outside(summary.startedUtc, 40))}${fact('Took', duration(summary.durationNs))}${fact('Status', STATUS_WORDS[summary.status])}${fact('Calls', count(summary.samples.logicalCalls))}${fact('Run', outside(summary.runId, 80))}</dl>
<nav aria-label="Sections"><ol>${links.map((link) => html`<li><a href="#${link.id}">${link.title}</a></li>`)}</ol></nav></header>
<main>
${verdictSection(input)}${trustSection(input)}${distrusted ? html`<p class="warning" role="note">This run is invalid. What follows is shown so that the reason can be found, and is not to be relied upon.</p>` : null}<div${distrusted ? html` class="distrusted"` : null}>
${chapters.map((chapter) => chapter.body)}</div>
${evidenceSection(input)}</main>
<footer>Made by Plimsoll from the run record alone. Times are nanoseconds on one monotonic clock of the host; percentiles come from raw samples.</footer>
</div>
</body>
</html>
`;
  return page.html;
}

function fact(name: string, value: Markup | string): Markup {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

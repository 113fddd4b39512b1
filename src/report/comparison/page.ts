/** A comparison as one page that opens anywhere, without script, network or installation. */
import type { ComparedArm, ComparedGate, Comparison } from '../../compare/index.js';
import { count, counted } from '../../format/index.js';
import { armClass, FRAME_STYLE, pageFrame, sign } from '../frame/index.js';
import { htmlDocument } from '../layouts/document.js';
import { html, outside, prose, type Markup } from '../layouts/markup.js';
import { plainText } from '../text.js';
import { capitalised } from '../words.js';
import { factsOf } from './arm-facts.js';
import { chaptersOf } from './chapters.js';
import { knownAs } from './gateways.js';
import type { EvidenceLink } from './matrix-page.js';
import { EFFECT_GRID } from './plots.js';
import { PAGE_STYLE } from './style.js';
import {
  armNames,
  COMPARISON_VERDICT,
  designText,
  fieldWords,
  findingsOf,
  MOST_OF_NAMES,
  otherReasons,
  sharedFinding,
  type SharedFinding,
} from './words.js';

export const COMPARISON_STYLE = `${FRAME_STYLE}${PAGE_STYLE}`;

/**
 * The text of `comparison.html`. Every name and message is data, never markup.
 * @param linkOf where the folder of a run is, from the page; null where its report can't be reached from there.
 */
export function comparisonPage(comparison: Comparison, linkOf: (folder: string) => string | null): string {
  const link: EvidenceLink = (folder, chapter) => {
    const path = linkOf(folder);
    return path === null ? null : `${hrefOf(path)}${chapter === null ? '' : `#${chapter}`}`;
  };
  const name = plainText(comparison.name, 80);
  const { words, tone } = COMPARISON_VERDICT[comparison.verdict];
  return htmlDocument({
    title: `${name}: ${words}`,
    style: COMPARISON_STYLE,
    body: html`${EFFECT_GRID}${pageFrame({
      name,
      tone,
      summary: summary(comparison),
      chapters: chaptersOf(comparison, link),
      legend: [
        { tone: 'good', words: 'within the limit' },
        { tone: 'bad', words: 'beyond the limit, or invalid' },
        { tone: 'unsure', words: 'inconclusive' },
        { tone: 'quiet', words: 'information' },
      ],
      footer: 'Made by Plimsoll from the run records alone: the same records give the same page.',
    })}`,
  });
}

/** The report of a run, as an address relative to this page; each part is encoded, so that no name is a scheme. */
const hrefOf = (folder: string): string =>
  `${folder.startsWith('/') ? '' : './'}${folder.split('/').map(encodeURIComponent).join('/')}/report.html`;

function summary(comparison: Comparison): Markup {
  const { verdict, gates, arms } = comparison;
  const badge = COMPARISON_VERDICT[verdict];
  const shared = sharedFinding(comparison);
  const others = otherReasons(comparison);
  // What holds for all arms is said once.
  const findings =
    shared === null
      ? findingsOf(comparison).map(findingLine)
      : html`<p class="finding">${prose(plainText(shared, 600))}</p>`;
  return html`<h1>${sign(badge.tone)}<span>${capitalised(badge.words)}</span><small>${gateCounts(gates)}</small></h1>
${findings}${others
    .slice(0, MOST_REASONS)
    .map((each) => html`<p class="finding thin">${prose(plainText(each, 600))}</p>`)}${
    others.length > MOST_REASONS
      ? html`<p class="thin">${counted(others.length - MOST_REASONS, 'more reason')} in comparison.json.</p>`
      : null
  }
<p class="arms">${arms.map(armName)}<span>${designText(comparison)}</span></p>${differences(comparison)}${armFacts(
    comparison,
  )}`;
}

/** How each arm came back, and which queue grew first in it. */
function armFacts(comparison: Comparison): Markup | null {
  const found = factsOf(comparison);
  if (found.length === 0) return null;
  const columns = [
    { title: 'Recovery', of: ({ recovery }: (typeof found)[number]) => recovery },
    { title: 'First growing queue', of: ({ firstGrowing }: (typeof found)[number]) => firstGrowing },
  ].filter(({ of }) => found.some((each) => of(each).length > 0));
  const classOf = (name: string): string => armClass(comparison.arms.findIndex((arm) => arm.name === name));
  const heads = ['Arm', ...columns.map(({ title }) => title)];
  return html`<table class="armfacts"><thead><tr>${heads.map((title) => html`<th>${title}</th>`)}</tr></thead>
<tbody>${found.map(
    (each) => html`<tr><th scope="row" class="${classOf(each.arm)}"><b>${outside(each.arm, 40)}</b></th>${columns.map(
      ({ title, of }) => html`<td data-of="${title}">${prose(of(each).join('; ') || 'n/a')}</td>`,
    )}</tr>
`,
  )}</tbody></table>`;
}

const MOST_REASONS = 5;

const findingLine = ({ names, verdict, finding }: SharedFinding): Markup =>
  html`<p class="finding"><b class="${COMPARISON_VERDICT[verdict].tone}">${outside(armNames(names), MOST_OF_NAMES)}
 ${COMPARISON_VERDICT[verdict].words}</b>: ${prose(plainText(finding, 600))}</p>`;

function armName({ name, verdict, ...arm }: ComparedArm, index: number): Markup {
  const known = knownAs(arm);
  return html`<span class="${armClass(index)}"><i
 class="${verdict === null ? 'hollow' : 'full'}"></i><b>${outside(name, 60)}</b>${
   verdict === null ? ' (reference)' : null
 }${known.length === 0 ? null : html` ${outside(known.join(', '), 80)}`}</span>`;
}

/** Differences of the environment that decide whether the numbers may be compared, before any of them. */
function differences({ environment }: Comparison): Markup {
  const of = (wanted: string): readonly string[] =>
    environment.filter(({ standing }) => standing === wanted).map(({ field }) => field);
  const line = (fields: readonly string[], words: string, tone: string): Markup | null =>
    fields.length === 0
      ? null
      : html`<span class="${tone}">${words}: ${fieldNames(fields.slice(0, MOST_FIELDS))}${
          fields.length > MOST_FIELDS ? ` and ${count(fields.length - MOST_FIELDS)} more` : null
        }</span>`;
  const lines = [
    line(of('blocking'), 'Undeclared differences in environment', 'bad'),
    line(of('declared'), 'Declared to differ', 'thin'),
    line(of('finding'), 'Also differ', 'unsure'),
  ].filter((each) => each !== null);
  return lines.length === 0 ? html`` : html`<p class="arms second">${lines}</p>`;
}

const MOST_FIELDS = 6;

/** In plain words with the field's name small where there are some, and after them the others by name. */
function fieldNames(fields: readonly string[]): Markup {
  const known = fields.flatMap((field) => {
    const words = fieldWords(field);
    return words === null ? [] : [{ field, words }];
  });
  const others = fields.filter((field) => fieldWords(field) === null);
  return html`${known.map(
    ({ field, words }, index) => html`${index === 0 ? null : ', '}<b>${words}</b> <small>${outside(field, 60)}</small>`,
  )}${others.length === 0 ? null : html`${known.length === 0 ? null : ', '}<b>${outside(others.join(', '), 300)}</b>`}`;
}

const VERDICTS = ['regress', 'invalid', 'inconclusive', 'improved', 'pass'] as const;

/** `12 gates: 1 regress, 3 inconclusive, 8 pass`. */
function gateCounts(gates: readonly ComparedGate[]): string {
  const outcomes = gates.flatMap((gate) => gate.outcomes);
  const parts = VERDICTS.flatMap((verdict) => {
    const n = outcomes.filter((each) => each.verdict === verdict).length;
    return n === 0 ? [] : [`${count(n)} ${verdict === 'invalid' ? 'not judged' : verdict}`];
  });
  return outcomes.length === 0 ? 'no gate was judged' : `${counted(outcomes.length, 'gate')}: ${parts.join(', ')}`;
}

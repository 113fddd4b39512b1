/** First of all: is the run valid, and do the gates hold? */
import { boundsInUnit, plural, measuredText } from '../../../format/index.js';
import type { RunView } from '../../input.js';
import { GATE_VERDICT, type Tone } from '../../words.js';
import { html, outside, prose, type Markup } from '../markup.js';
import { table, tag } from '../parts.js';

const GATES_SAY: Readonly<Record<keyof typeof GATE_VERDICT, string>> = {
  pass: 'Gates pass',
  regress: 'Gates fail',
  inconclusive: 'Gates inconclusive',
  invalid: 'Gates not judged',
};

export function verdictSection({ analysis: { summary }, gates }: RunView): Markup {
  const valid = summary.validity.verdict === 'valid';
  const broken = summary.validity.reasons.filter((reason) => reason.severity === 'invalid');
  const warnings = summary.validity.reasons.length - broken.length;
  return html`<section id="verdict" aria-labelledby="verdict-title"><h2 id="verdict-title">Verdict</h2>
<div class="verdicts">${verdict(
    valid ? 'good' : 'bad',
    valid ? '✓' : '!',
    valid ? 'Run valid' : 'Run invalid',
    valid
      ? warnings === 0
        ? 'The harness kept up and every call is accounted for.'
        : `The numbers stand, with ${warnings} ${plural(warnings, 'warning')} below.`
      : (broken[0]?.what ?? 'The numbers below must not be relied upon.'),
  )}${gateTile(gates)}</div>
${gates.results.length === 0 ? null : gateTable(gates)}</section>
`;
}

function verdict(tone: Tone, sign: string, says: string, because: string): Markup {
  return html`<div class="verdict ${tone}"><p class="says"><i aria-hidden="true">${sign}</i>${says}</p><p class="because">${prose(because)}</p></div>`;
}

function gateTile(gates: RunView['gates']): Markup {
  if (gates.results.length === 0)
    return verdict('quiet', '–', 'No gates', 'The scenario sets no bounds, so nothing was judged.');
  const look = GATE_VERDICT[gates.verdict];
  const passed = gates.results.filter((each) => each.verdict === 'pass').length;
  const first = gates.results.find((each) => each.verdict === gates.verdict && each.verdict !== 'pass');
  return verdict(
    look.tone,
    look.sign,
    GATES_SAY[gates.verdict],
    first === undefined
      ? `${passed} of ${gates.results.length} hold.`
      : `${passed} of ${gates.results.length} hold. ${first.text}: ${first.why}`,
  );
}

function gateTable(gates: RunView['gates']): Markup {
  return html`<div class="block">${table({
    caption: 'Each gate, measured against its bound',
    className: 'gates',
    columns: [
      { name: 'Gate', kind: 'text' },
      { name: 'Measured' },
      { name: 'Bound' },
      { name: 'Verdict', kind: 'word' },
      { name: 'Why', kind: 'text' },
    ],
    rows: gates.results.map((result) => {
      const look = GATE_VERDICT[result.verdict];
      return {
        cells: [
          outside(result.text, 220),
          result.measured === null
            ? html`<span class="none">nothing measured</span>`
            : measuredText(result.measured, result.unit, result.gate, result.step),
          boundsInUnit(result.gate, result.unit),
          tag(look.words, look.tone, look.sign),
          prose(result.why),
        ],
      };
    }),
  })}</div>`;
}

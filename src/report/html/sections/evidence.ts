/** Everything needed to believe the run and to make it again: envelope, scenario, digest, command, files. */
import { bytes } from '../../../format/index.js';
import type { RunView } from '../../input.js';
import { plainBlock } from '../../text.js';
import { html, outside, type Markup } from '../markup.js';
import { envelopeGroups } from '../../envelope-facts.js';
import { nothing, section, table } from '../parts.js';

const MOST_SCENARIO_CHARACTERS = 100_000;

export function evidenceSection({ analysis: { summary }, envelope, scenarioText, files, reproduce }: RunView): Markup {
  const groups = envelopeGroups(envelope);
  return section(
    'evidence',
    'Envelope and evidence',
    'Under what conditions this was measured, and how to measure it again.',
    html`<div class="block"><h3>Make this run again</h3><pre tabindex="0"><code>${plainBlock(reproduce, 4_000)}</code></pre>
<p class="muted">Scenario digest <code>${outside(summary.scenarioDigest)}</code></p></div>
<div class="block"><h3>Experiment envelope</h3>${
      groups.length === 0
        ? nothing('This record carries no envelope.')
        : html`<details><summary>${groups.reduce((sum, group) => sum + group.facts.length, 0)} facts in ${groups.length} groups; those that could not be had say why</summary><div class="scroll" tabindex="0" role="group" aria-label="Envelope"><table class="facts"><tbody>${groups.map(
            (group) => html`<tr class="group"><th scope="rowgroup" colspan="2">${outside(group.name)}</th></tr>
${group.facts.map(
  (
    fact,
  ) => html`<tr><th scope="row">${outside(fact.path)}</th><td>${fact.missing === null ? outside(fact.text) : html`<span class="none">not known: ${outside(fact.missing)}</span>`}</td></tr>
`,
)}`,
          )}</tbody></table></div></details>`
    }</div>
<div class="block"><h3>Scenario, as it was run</h3><details><summary>Resolved scenario</summary><pre tabindex="0"><code>${plainBlock(scenarioText, MOST_SCENARIO_CHARACTERS)}</code></pre></details></div>
<div class="block">${files.length === 0 ? nothing('No file is listed.') : table({ caption: 'Files of the run record', columns: [{ name: 'File', kind: 'word' }, { name: 'Size' }], rows: files.map((file) => ({ cells: [html`<code>${outside(file.path)}</code>`, bytes(file.bytes)] })) })}</div>`,
  );
}

/** Where the time went. */
import { count, duration, quantile, percent } from '../../../format/index.js';
import { stagesChart } from '../../charts/stages.js';
import type { Attribution } from '../../../analysis/index.js';
import { attributionSentence, placeWords } from '../../attribution.js';
import { stagesFinding } from '../../findings.js';
import type { RunView } from '../../input.js';
import { quantileOf } from '../../quantiles.js';
import { phaseName, STAGE_WORDS } from '../../words.js';
import { html, outside, type Content, type Markup } from '../markup.js';
import { figure, nothing, section, table } from '../parts.js';

export async function stagesSection({ analysis: { summary, figures } }: RunView): Promise<Markup> {
  const bars = figures.stageSplits.filter((bar) => bar.stages.some((stage) => stage.meanNs > 0));
  const lead = 'The stages of each ok attempt sum to its response time, to the nanosecond.';
  if (bars.length === 0)
    return section('stages', 'Where the time went', lead, nothing('No ok call carried the stamps of a split.'));
  const finding = stagesFinding(bars);
  const chart = await stagesChart(bars, `Stage split of the mean response time by phase. ${finding}`);
  const rows: { readonly cells: readonly Content[]; readonly total?: boolean }[] = summary.phases.flatMap((phase) => {
    const split = phase.stageSplit;
    if (split === null || split.n === 0) return [];
    const total = split.stages.reduce((sum, stage) => sum + (stage.durations.meanNs ?? 0), 0);
    return [
      { cells: [outside(phaseName(phase)), `${count(split.n)} attempts`, duration(total), '', ''], total: true },
      ...split.stages.map(({ stage, durations }) => ({
        cells: [
          '',
          STAGE_WORDS[stage],
          duration(durations.meanNs ?? 0),
          quantile(quantileOf(durations, 0.5)),
          quantile(quantileOf(durations, 0.99)),
        ],
      })),
    ];
  });
  const clockProblems = summary.phases.reduce((sum, phase) => sum + (phase.stageSplit?.clockProblems ?? 0), 0);
  const blind = summary.phases.filter((phase) => phase.stageSplit?.source === 'generator').length;
  const notes = [
    ...(clockProblems === 0
      ? []
      : [`${count(clockProblems)} attempts were left out because a stage came out negative: a clock problem.`]),
    ...(blind === 0
      ? []
      : [
          'Where the upstream reports no stamps of its own, its queue and its service are one: the wait for the first byte.',
        ]),
  ];
  return section('stages', 'Where the time went', lead, [
    figure({
      title: 'Stage split by phase',
      finding,
      chart,
      wide: true,
      numbers: table({
        caption: 'Stages by phase',
        columns: [
          { name: 'Phase', kind: 'word' },
          { name: 'Stage', kind: 'word' },
          { name: 'Mean' },
          { name: 'p50' },
          { name: 'p99' },
        ],
        rows,
      }),
      ...(notes.length === 0 ? {} : { note: notes.join(' ') }),
    }),
    ...(summary.attributions.length === 0 ? [] : [attributionTable(summary.attributions, summary.phases)]),
  ]);
}

/**
 * Which queue grew first, open-loop phase by phase: a closed loop slows down with what it waits for, so nothing can
 * grow in it.
 */
function attributionTable(
  attributions: readonly Attribution[],
  phases: readonly { readonly name: string; readonly startNs: number }[],
): Markup {
  return html`<div class="block">${table({
    caption: 'First growing queue, by open-loop phase',
    columns: [
      { name: 'Phase', kind: 'word' },
      { name: 'First growing queue', kind: 'word' },
      { name: html`Since<small>phase start</small>` },
      { name: html`Calls that waited<small>for a slot, when grown</small>` },
      { name: html`In gateways<small>calm, grown</small>`, kind: 'word' },
      { name: 'What was seen', kind: 'text' },
    ],
    rows: attributions.map((told) => ({
      cells: [
        outside(told.phase, 100),
        outside(placeWords(told), 100),
        told.onsetNs === null
          ? '–'
          : duration(told.onsetNs - (phases.find(({ name }) => name === told.phase)?.startNs ?? 0)),
        told.slotWaitShare === null ? '–' : percent(told.slotWaitShare),
        told.gateways.length === 0
          ? 'none tells'
          : outside(
              told.gateways
                .map(
                  ({ gateway, calmNs, grownNs }) =>
                    `${gateway} ${calmNs === null ? '–' : duration(calmNs)}, ${grownNs === null ? '–' : duration(grownNs)}`,
                )
                .join('; '),
              200,
            ),
        outside(attributionSentence(told), 400),
      ],
    })),
  })}</div>`;
}

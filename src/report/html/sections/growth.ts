/** Growth: what each process held at the start and at the end of a soak, and whether that is a trend. */
import type { GrowthCurve, GrowthSummary, GrowthTrend } from '../../../analysis/index.js';
import { count } from '../../../format/index.js';
import { growthChart } from '../../charts/growth.js';
import { GROWTH_VERDICT, growthRate, growthSentence, growthValue, QUANTITY_WORDS, slopeText } from '../../growth.js';
import type { RunView } from '../../input.js';
import { plainText } from '../../text.js';
import { namedPhase } from '../../words.js';
import { html, outside, type Content, type Markup } from '../markup.js';
import { figure, section, table, tag } from '../parts.js';

/** Null where no soak phase was run. */
export async function growthSection({ analysis: { summary, figures } }: RunView): Promise<Markup | null> {
  if (summary.growth.length === 0) return null;
  const blocks = await Promise.all(
    summary.growth.map((growth) =>
      phaseBlock(
        { ...growth, phase: namedPhase(summary.phases, growth.phase) },
        figures.growth.filter(({ phase }) => phase === growth.phase),
      ),
    ),
  );
  return section(
    'growth',
    'Growth',
    'What a process holds while the load stays the same. Growing: the 95 % interval of the slope lies above zero, and over the window it makes at least 1 MiB, or two things. Only processes that the run started are seen.',
    blocks,
  );
}

async function phaseBlock(growth: GrowthSummary, curves: readonly GrowthCurve[]): Promise<Markup> {
  const drawn = await Promise.all(curves.map((curve) => curveFigure(growth, curve)));
  return html`<div class="pair">${drawn}</div><div class="block">${trendTable(growth)}</div>
`;
}

async function curveFigure(growth: GrowthSummary, curve: GrowthCurve): Promise<Markup> {
  const trend = growth.processes
    .find(({ process, pid }) => process === curve.process && pid === curve.pid)
    ?.trends.find(({ quantity }) => quantity === curve.quantity);
  const name = `${plainText(curve.process, 60)}, ${QUANTITY_WORDS[curve.quantity]}`;
  const finding = trend === undefined ? 'No trend.' : `${GROWTH_VERDICT[trend.verdict].words}: ${slopeText(trend)}.`;
  const sentence = `${finding.charAt(0).toUpperCase()}${finding.slice(1)}`;
  return figure({
    title: name,
    finding: sentence,
    chart: await growthChart(curve, name, `${name} during ${plainText(growth.phase, 100)}. ${sentence}`),
    numbers: null,
  });
}

function trendTable(growth: GrowthSummary): Markup {
  return table({
    caption: html`${outside(growth.phase)}<p>${outside(growthSentence(growth), 800)}</p>`,
    className: 'dense',
    columns: [
      { name: 'Process', kind: 'word' },
      { name: 'What', kind: 'word' },
      { name: 'At first' },
      { name: 'At last' },
      { name: html`An hour<small>95 % interval</small>` },
      { name: 'Looks' },
      { name: 'Verdict', kind: 'word' },
    ],
    rows: growth.processes.flatMap(({ process, pid, trends }) =>
      trends.map((trend) => ({
        cells: [
          html`${outside(process)}<small>pid ${pid}</small>`,
          QUANTITY_WORDS[trend.quantity],
          held(trend, trend.first),
          held(trend, trend.last),
          slopeCell(trend),
          count(trend.polls),
          verdictCell(trend),
        ],
      })),
    ),
  });
}

const held = ({ quantity }: GrowthTrend, value: number | null): Content =>
  value === null ? html`<span class="none">–</span>` : growthValue(quantity, value);

function slopeCell({ quantity, slopePerHour, reason }: GrowthTrend): Content {
  if (slopePerHour === null) return html`<span class="none">${outside(reason ?? 'not told', 120)}</span>`;
  return html`${growthRate(quantity, slopePerHour.value)}<small>${growthRate(quantity, slopePerHour.low)} to ${growthRate(quantity, slopePerHour.high)}</small>`;
}

function verdictCell({ verdict }: GrowthTrend): Markup {
  const { words, tone, sign } = GROWTH_VERDICT[verdict];
  return tag(words, tone, sign);
}

/**
 * The page of a truth run: made from `truth.json` alone, in the look of the product's own reports, with no script and
 * no network.
 */
import { bytes, count } from '../../../src/format/index.js';
import {
  LIGHT,
  STYLE,
  blocksHtml,
  html,
  outside,
  prose,
  render,
  section,
  trusted,
  verdictCell,
  type Block,
  type Markup,
} from '../../../src/report/index.js';
import { chartOf, drawnIn } from './draw.js';
import { isInside, type CaseResult, type Statement, type TruthResults, type Verdict } from './result.js';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const LOOK: Readonly<
  Record<Verdict, { readonly words: string; readonly tone: 'good' | 'bad' | 'unsure'; readonly sign: string }>
> = {
  inside: { words: 'inside', tone: 'good', sign: '✓' },
  outside: { words: 'outside', tone: 'bad', sign: '✗' },
  inconclusive: { words: 'inconclusive', tone: 'unsure', sign: '?' },
};

const BASIS = { exact: 'exact', chance: 'chance', timing: 'timing' } as const;

const ABOUT =
  'Cases whose answer follows from theory or from an exact replay, run in real time by the engine against the mock, ' +
  'and what was measured beside it.';
const KINDS =
  'Exact statements hold on any machine, however busy. Statements of timing allow for what a quiet machine adds. ' +
  'Statements of chance have bounds that the same experiment, simulated 9,999 times with the length and warm-up it ' +
  'really had, leaves as seldom as said: no distribution is assumed and nothing is taken for independent.';
const INCONCLUSIVE =
  'A case is inconclusive when its own run was invalid, when a probe before or after it found a contended machine or ' +
  'the hypervisor gave as much of it away meanwhile, or when it is outside on a noisy one. Where there were several ' +
  'attempts, the quietest counts: noise alone decides which.';

export async function truthPage(results: TruthResults): Promise<string> {
  const { cases, falseAlarm, machine } = results;
  const chance =
    'If nothing is wrong, one statement of chance is outside with probability ' +
    `${falseAlarm.statement.toPrecision(2)}, any of the whole suite with at most ${falseAlarm.suite} (Bonferroni). ` +
    'Seeds are new in each run unless given.';
  const where =
    `Machine: ${machine.cpu}, ${machine.cores} cores, ${bytes(machine.memoryBytes)}, ${machine.kernel}, ` +
    `Node ${machine.node}, Plimsoll ${machine.plimsoll}.`;
  const verdicts = (['inside', 'outside', 'inconclusive'] as const).map((verdict) => ({
    verdict,
    n: cases.filter((each) => each.verdict === verdict).length,
  }));
  const sections = await Promise.all(cases.map(caseSection));
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Is it right? – Plimsoll</title>
        <style>
          ${trusted(STYLE)}
        </style>
      </head>
      <body>
        <a class="skip" href="#verdict">Skip to the verdicts</a>
        <div class="page">
          <header class="top">
            <p class="brand">Plimsoll <span>held to what is known beforehand</span></p>
            <h1>Is it right?</h1>
            <p class="about">
              ${prose(ABOUT)}
            </p>
            <dl class="meta">
              ${fact('Started', outside(results.startedUtc, 40))} ${fact('Mode', results.mode)}
              ${fact('Seed', String(results.seed))}
              ${fact('Calls', count(cases.reduce((sum, each) => sum + each.calls, 0)))}
            </dl>
            <nav aria-label="Cases">
              <ol>
                ${cases.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
              </ol>
            </nav>
          </header>
          <main>
            ${section(
              'verdict',
              'Verdicts',
              verdicts
                .filter(({ n }) => n > 0)
                .map(({ verdict, n }) => `${n} ${LOOK[verdict].words}`)
                .join(', ') + '.',
              await blocksHtml([
                {
                  kind: 'table',
                  caption: 'Each case',
                  columns: [
                    { name: 'Case', kind: 'word' },
                    { name: 'Verdict', kind: 'word' },
                    { name: 'Inside' },
                    { name: 'Calls' },
                    { name: 'Run', kind: 'word' },
                    { name: 'Took' },
                    { name: 'Attempts' },
                    { name: 'Lost to others: before, during, after', kind: 'word' },
                  ],
                  rows: cases.map((each) => ({
                    cells: [
                      each.title,
                      verdictCell(LOOK[each.verdict]),
                      `${each.statements.filter(isInside).length} of ${each.statements.length}`,
                      count(each.calls),
                      each.startedUtc.slice(0, 16).replace('T', ' '),
                      `${each.tookS.toFixed(0)} s`,
                      count(each.attempts),
                      [each.lost.before, each.lost.stolen, each.lost.after]
                        .map((share) => (share === null ? 'not known' : `${(share * 100).toFixed(1)} %`))
                        .join(', '),
                    ],
                  })),
                },
              ]),
            )}
            ${sections}
            ${section(
              'reading',
              'How to read it',
              null,
              html`<div class="block">
                <p>
                  ${prose(KINDS)}
                </p>
                <p>
                  ${prose(chance)}
                </p>
                <p>
                  ${prose(INCONCLUSIVE)}
                </p>
                <p>
                  ${prose(where)}
                </p>
              </div>`,
            )}
          </main>
          <footer>Made from truth.json alone; made anew with <code>npm run truth</code>.</footer>
        </div>
      </body>
    </html> `;
  return page.html;
}

function fact(name: string, value: Markup | string): Markup {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

async function caseSection(each: CaseResult): Promise<Markup> {
  const { words, sign } = LOOK[each.verdict];
  return section(
    each.id,
    each.title,
    each.claim,
    await blocksHtml([
      {
        kind: 'table',
        caption: `Stated and measured: ${sign} ${words}`,
        columns: [
          { name: 'Statement', kind: 'text' },
          { name: 'Basis', kind: 'word' },
          { name: 'Theory' },
          { name: 'Bounds' },
          { name: 'Measured' },
          { name: 'Inside', kind: 'word' },
        ],
        rows: each.statements.map((statement) => ({
          cells: [
            statement.what,
            BASIS[statement.basis],
            quantity(statement.theory, statement),
            bounds(statement),
            quantity(statement.measured, statement),
            verdictCell(
              isInside(statement) ? { words: 'yes', tone: 'good', sign: '✓' } : { words: 'no', tone: 'bad', sign: '✗' },
            ),
          ],
        })),
      },
      ...(each.disturbed.length === 0
        ? []
        : [{ kind: 'list', items: each.disturbed.map((text) => ({ name: null, text })) } as const]),
      ...each.pictures.map((picture): Block => ({
        kind: 'figure',
        title: picture.title,
        finding: picture.finding,
        drawn: drawnIn(picture),
        chart: () => chartOf(picture),
        numbers: [],
      })),
    ]),
  );
}

/** A number as it is shown: enough digits to distinguish it from its bounds, and its unit. */
export function quantity(value: number | null, { unit }: Statement): string {
  if (value === null || Number.isNaN(value)) return 'none';
  const size = Math.abs(value);
  const digits = Number.isInteger(value) ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3;
  const text = size < 0.0005 ? '0' : value.toFixed(digits);
  return unit === 'calls' || unit === '' || unit === 'share' ? text : `${text} ${unit}`.replace(' /s', '/s');
}

export function bounds(statement: Statement): string {
  const { low, high } = statement;
  if (low !== null && high !== null)
    return low === high
      ? `= ${quantity(low, statement)}`
      : `${quantity(low, statement)} – ${quantity(high, statement)}`;
  return low !== null ? `≥ ${quantity(low, statement)}` : `≤ ${quantity(high, statement)}`;
}

const CELL = { width: 480, height: 308, perRow: 3 } as const;

/** The first pictures of the cases as one image that stands alone, for where a page can't be shown. */
export async function truthImage({ cases }: TruthResults): Promise<string | null> {
  const cells: string[] = [];
  for (const { pictures } of cases) {
    for (const picture of pictures) {
      const chart = chartOf(picture);
      if (chart === null) continue;
      const x = (cells.length % CELL.perRow) * CELL.width + 10;
      const y = Math.floor(cells.length / CELL.perRow) * CELL.height + 10;
      const title = html`<text x="${x}" y="${y + 14}" font-size="14" font-weight="600" fill="var(--ink)"
        >${picture.title}</text
      >`.html;
      const svg = await render(chart.picture, `${drawnIn(picture)} ${picture.finding}`);
      cells.push(title + svg.replace('<svg', `<svg x="${x}" y="${y + 22}"`));
    }
  }
  if (cells.length === 0) return null;
  const width = Math.min(cells.length, CELL.perRow) * CELL.width;
  const height = Math.ceil(cells.length / CELL.perRow) * CELL.height + 10;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" ` +
    `height="${height}" font-family="sans-serif"><style>:root{${LIGHT}}</style><rect width="100%" ` +
    `height="100%" fill="#fff"/>${cells.join('')}</svg>\n`
  );
}

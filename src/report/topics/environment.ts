/** Environment and raw data: under which conditions the run was measured, and how to repeat it. */
import { bytes, counted } from '../../format/index.js';
import { conditionsText, envelopeGroups } from '../envelope-facts.js';
import { plainText } from '../text.js';
import { none, nothing, numberColumns, tableOf, text, wordColumns, type Block, type Row, type Topic } from './topic.js';

const MOST_SCENARIO_CHARACTERS = 100_000;

function envelopeBlock(envelope: unknown): Block {
  const groups = envelopeGroups(envelope);
  const facts = groups.reduce((sum, group) => sum + group.facts.length, 0);
  if (facts === 0) return nothing('This record has no envelope.');
  return {
    kind: 'folded',
    title: 'Environment',
    summary: `${counted(facts, 'fact')} in ${counted(groups.length, 'group')}; unknown ones with the reason`,
    blocks: [
      {
        kind: 'table',
        caption: 'Experiment envelope',
        style: 'facts',
        columns: [...wordColumns('Fact'), { name: 'Value', kind: 'text' }],
        rows: groups.flatMap(({ name, facts: own }): readonly Row[] => [
          { cells: [plainText(name), ''], total: true },
          ...own.map(({ path, text: value, missing }) => ({
            cells: [plainText(path), missing === null ? plainText(value) : none(`unknown: ${plainText(missing)}`)],
          })),
        ]),
      },
    ],
  };
}

/** The query of docs/run-record.md: from the raw samples to the p99 of each phase. */
export const P99_QUERY = `WITH calls AS (
  SELECT phase, call_id, min(t_intended_ns) AS intended_ns, max(t_done_ns) AS done_ns,
         arg_max(outcome, retry_no) AS outcome, arg_min(warmup, retry_no) AS warmup
  FROM 'samples.parquet' GROUP BY phase, call_id HAVING bool_or(final)
)
SELECT phase, count(*) AS ok_calls, quantile_disc(done_ns - intended_ns, 0.99) / 1e6 AS p99_ms
FROM calls WHERE outcome = 'ok' AND NOT warmup GROUP BY phase;`;

export const environment = {
  id: 'environment',
  title: 'Environment and raw data',
  label: 'Environment',
  place: 'conditions',
  lead: () => null,
  headline: ({ envelope }) => ({
    state: 'quiet',
    finding: conditionsText(envelope),
    key: null,
  }),
  applies: () => true,
  page: ({ analysis, envelope, scenarioText, files, reproduce }) => [
    { kind: 'code', title: 'Run it again, in the folder of this run', text: reproduce, limit: 4_000 },
    { kind: 'code', title: 'p99 of each phase from samples.parquet, with DuckDB', text: P99_QUERY, limit: 4_000 },
    text(`Scenario digest ${analysis.summary.scenarioDigest}`),
    envelopeBlock(envelope),
    {
      kind: 'folded',
      title: 'Scenario',
      summary: 'Resolved scenario, as it was run',
      blocks: [{ kind: 'code', title: '', text: scenarioText, limit: MOST_SCENARIO_CHARACTERS }],
    },
    ...(files.length === 0 ? [nothing('No file is listed.')] : []),
    ...tableOf({
      caption: 'Files of the run record',
      columns: [...wordColumns('File'), ...numberColumns('Size')],
      rows: files.map((file) => ({ cells: [plainText(file.path), bytes(file.bytes)] })),
    }),
  ],
  markdown: () => [],
  terminal: () => [],
} as const satisfies Topic;

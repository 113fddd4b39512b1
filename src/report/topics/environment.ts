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

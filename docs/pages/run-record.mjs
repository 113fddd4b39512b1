/** docs/run-record.md: each file of a run record and each of its fields, from the tables and types of the code. */
import { readFileSync } from 'node:fs';
import { EXPORTS } from '../../dist/src/export/index.js';
import {
  COLUMNS,
  FAULT_ACTIVE,
  FILES,
  FILE_CONTENTS,
  FLAG_COLUMNS,
  FORMAT_VERSION,
  NAME_COLUMNS,
  NUMBER_COLUMNS,
} from '../../dist/src/record/index.js';

const schemaOf = (name) => JSON.parse(readFileSync(new URL(`../../schema/${name}-v2.json`, import.meta.url), 'utf8'));

const DERIVED = {
  summary: 'Every number of the report, see `docs/metrics.md`.',
  gate: 'Verdict of each gate.',
  junit: 'The same verdicts as JUnit XML.',
  benchmark: 'Numbers for charts over many commits (github-action-benchmark, `customSmallerIsBetter`).',
  openMetrics: 'Every number in the text format of OpenMetrics, such as for the metrics report of GitLab.',
  markdown: 'The report in short, as Markdown.',
  report:
    'The report: one HTML file that needs no network. Of very many phases it shows those that stand out, and ' +
    'says how many there are.',
};

/** Of fields whose type says no more than their name. */
const MEANINGS = {
  atNs: 'When it happened.',
  fromNs: 'Start of the window.',
  windowNs: 'Length of the window.',
  phase: 'Phase in the order of the plan, from 0.',
  stage: "Stage of the phase's segment, from 0.",
  label: 'Name of the stage.',
  name: 'Name in the scenario.',
  edge: 'What began or ended.',
  ratePerSecond: 'Arrival rate.',
  passedPerSecond: 'Highest rate that passed.',
  failedPerSecond: 'Lowest rate above it that failed; null where there is none.',
  reason: 'Why.',
  detail: 'More about it, for people.',
  error: 'Why the edge failed.',
  fault: 'Id of the fault in the scenario.',
  service: 'Name of the service in the scenario.',
  gateway: 'Name of the gateway in the scenario.',
  session: 'Session, from 0.',
  tool: 'Name of the tool.',
  tools: 'Number of tools in the list.',
  pid: 'Process id.',
  exitCode: 'Exit code; null after a signal.',
  signal: 'Signal that ended it.',
  everyNs: 'Interval between two requests of the list.',
  failedPolls: 'Requests of the list that failed.',
  kind: 'How the tool differs.',
  class: 'The worst class of its changes.',
  askedNs: 'When the list was asked for.',
  answeredNs: 'When the list had been received.',
  after: 'SHA-256 of the new canonical JSON; null where the tool is gone.',
  changes: 'Each difference: its class, and its text.',
  purpose: 'Why the probe was made.',
  measuredFromNs: 'End of the warm-up.',
  scheduledEndNs: 'End of the schedule.',
  drainedNs: 'When every call had ended.',
  verdict: 'Whether the rate passed.',
  evidence: 'The numbers behind the verdict, see `ProbeEvidence` in the schema.',
  ended: 'Why the search ended.',
  code: 'Short name of the warning.',
  what: 'What is wrong.',
  remedy: 'What to do about it.',
  late: '`ok` calls done after their deadline.',
  inFlight: 'Attempts in flight.',
  inFlightMax: 'Most attempts in flight at one moment.',
  queued: "Calls waiting in the client's queue.",
  faultsActive: 'Faults that were active at some moment of the second.',
  health: 'The row of `health.ndjson` for the second.',
  lagMaxNs: 'Largest schedule lag of the sends of the second; null without sends.',
  rssBytes: 'Resident memory.',
  fileDescriptors: 'Open file descriptors.',
  sockets: 'Open sockets.',
  threads: 'Threads.',
  queueNs: "Time in the gateway's queue, summed over the calls.",
  serviceNs: "Time with one of the gateway's workers, summed over the calls.",
  upstreamNs: 'Time at the upstream, summed over the calls answered.',
  readOnlyHint: 'Annotation of the tool.',
  idempotentHint: 'Annotation of the tool.',
  destructiveHint: 'Annotation of the tool.',
  sessionsOpen: 'Sessions open.',
  servedServiceNs: 'Time the workers spent on the calls served.',
  wastedServiceNs: 'Time the workers spent on wasted work.',
  cancelled: 'Calls left unserved because they were cancelled.',
  schema: 'Name and version of the format.',
  formatVersion: 'Version of all files of the record.',
  runId: 'Id of the run.',
  scenarioDigest: 'SHA-256 of the resolved scenario as canonical JSON.',
  plimsollVersion: 'Version that wrote the record.',
  startedUtc: 'Wall-clock time of the epoch.',
  tables: 'Names behind the indexes in the samples.',
  status: 'How the run ended.',
  files: 'Every file but the manifest itself.',
  path: 'Path in the run directory.',
  bytes: 'Size.',
};

export function pageText() {
  const rows = schemaOf('rows');
  const files = Object.entries(FILES).filter(([key]) => key !== 'spool');
  return `<!-- Made by "npm run docs" from src/record and schema/. -->

# The run record

A run leaves one directory, \`reports/runs/<utc>-<scenario>-<id>/\`, that is complete in itself: analysis, report and
gates read nothing else. This page describes format version ${FORMAT_VERSION}. A record of another version is refused
with exit code 2.

All times are nanoseconds since the run's epoch on the monotonic clock (\`monotonicEpochNs\` in \`run.json\`); the
epoch's wall-clock time is \`startedUtc\`. Secrets of the scenario appear in no file.

## Files

${table(
  ['File', 'Contents'],
  files.map(([key, file]) => [`\`${file}${key === 'logs' ? '/' : ''}\``, FILE_CONTENTS[key]]),
)}

While a run goes on, and after it was killed, \`${FILES.spool}\` holds the samples. \`plimsoll report --recover DIR\`
finishes such a record.

These files are made from the others and can be made again with \`plimsoll report DIR\`:

${table(
  ['File', 'Contents'],
  Object.entries(EXPORTS).map(([key, { file }]) => {
    if (DERIVED[key] === undefined) throw new Error(`docs/pages/run-record.mjs has no words for "${key}"`);
    return [`\`${file}\``, DERIVED[key]];
  }),
)}

JSON Schemas are in \`schema/\`: \`envelope-v2.json\`, \`manifest-v2.json\`, \`run-v2.json\`, \`summary-v2.json\`, and
\`rows-v2.json\` with one property for each NDJSON file.

## samples.parquet

One row is one attempt. A call that was never sent is one row without \`t_sent_ns\`. Names stand beside the indexes they
belong to, so that a query needs no other file. In DuckDB:

\`\`\`sql
WITH calls AS (
  SELECT phase, call_id, min(t_intended_ns) AS intended_ns, max(t_done_ns) AS done_ns,
         arg_max(outcome, retry_no) AS outcome, arg_min(warmup, retry_no) AS warmup
  FROM 'samples.parquet' GROUP BY phase, call_id HAVING bool_or(final)
)
SELECT phase, count(*) AS ok_calls, quantile_disc(done_ns - intended_ns, 0.99) / 1e6 AS p99_ms
FROM calls WHERE outcome = 'ok' AND NOT warmup GROUP BY phase;
\`\`\`

That is the report's p99 of \`ok\` calls: a call begins at the intended start of its first attempt and ends with its
last one, and \`quantile_disc\` takes a value that was measured, the one at rank ceil(0.99 n). \`quantile_cont\` lies
between two values, and is another number. The report prints no p99 of fewer than 662 calls, and none of a capacity
search as a whole: its probes are the stages.

${table(['Column', 'Type', 'Unit', 'Meaning'], sampleColumns())}

The file's metadata holds \`plimsoll.samples_version\`, \`plimsoll.run_id\`, \`plimsoll.monotonic_epoch_ns\`,
\`plimsoll.started_utc\` and \`plimsoll.tables\` (the names behind the indexes, as JSON).

## histograms.hlog

Times of the calls that were done in each second, by phase and tool, of \`calls=ok\` and of \`calls=all\`, in
nanoseconds to three digits; warm-up is left out. HdrHistogram's log processor reads one tag at a time:

\`\`\`text
java -cp HdrHistogram-2.2.2.jar org.HdrHistogram.HistogramLogProcessor \\
  -i histograms.hlog -tag 'phase=steady;tool=search;calls=ok' -csv -o processed
\`\`\`

Its \`Total_99%\` in the last line of \`processed\` is the report's p99 of the \`ok\` calls of that tool in that phase:
both take the value at rank ceil(0.99 n), and the processor says the upper end of the bucket that it lies in, at most
0.1 % above. The percentiles in \`processed.hgrm\` are others than 50, 90 and 99. Of \`calls=all\` the two differ: the
report counts a call that failed as slower than its deadline, the log has the time until it failed.

${Object.entries(rows.properties)
  .map(([file, { $ref }]) => `## ${file}\n\n${definition(rows.$defs, $ref.replace('#/$defs/', ''))}`)
  .join('\n\n')}

## run.json

${fields(schemaOf('run'), {})}

## manifest.json

${definition({ ManifestFile: {}, ...schemaOf('manifest').$defs, Manifest: schemaOf('manifest') }, 'Manifest')}

Each of \`files\`:

${fields(schemaOf('manifest').$defs.ManifestFile, {})}
`;
}

function sampleColumns() {
  return [
    ...NUMBER_COLUMNS.map(({ name, type, field }) => [
      code(name),
      type,
      unitOf(COLUMNS[field]),
      COLUMNS[field].meaning,
    ]),
    ...NAME_COLUMNS.map(({ name, meaning, names }) => [
      code(name),
      'STRING',
      '',
      typeof names === 'string' ? meaning : `${meaning} One of: ${names.map(code).join(', ')}.`,
    ]),
    ...[...FLAG_COLUMNS, FAULT_ACTIVE].map(({ name, meaning }) => [code(name), 'BOOLEAN', '', meaning]),
  ];
}

const unitOf = ({ unit }) => (unit === 'ns' || unit === 'bytes' ? unit : '');
const code = (text) => `\`${text}\``;

/** A type: its description and its fields; of a union, those of each kind. */
function definition(defs, name) {
  const { description = '', anyOf, ...rest } = defs[name];
  const about = description.replace(/^`[^`]*`: /, '');
  const sentence = about === '' ? '' : `${about[0].toUpperCase()}${about.slice(1)}\n\n`;
  if (anyOf === undefined) return sentence + fields(rest, defs);
  const kinds = anyOf.map((each) => (each.$ref === undefined ? each : defs[each.$ref.replace('#/$defs/', '')]));
  return (
    sentence +
    kinds
      .map((kind) => {
        const { type, ...properties } = kind.properties;
        const heading = `### type \`${type.const}\``;
        const lead = kind.description === undefined ? '' : `${kind.description}\n\n`;
        return `${heading}\n\n${lead}${fields({ ...kind, properties }, defs)}`;
      })
      .join('\n\n')
  );
}

function fields({ properties, required }, defs) {
  const rows = Object.entries(properties).map(([name, schema]) => [
    code(name),
    typeOf(schema, defs),
    `${required.includes(name) ? '' : 'Optional. '}${meaningOf(name, schema)}`,
  ]);
  return table(['Field', 'Type', 'Meaning'], rows);
}

function meaningOf(name, { description }) {
  const meaning = description ?? MEANINGS[name];
  if (meaning === undefined) throw new Error(`the field ${name} has no description: write a comment at its type`);
  return meaning;
}

function typeOf(schema, defs) {
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum !== undefined) return schema.enum.map((value) => code(JSON.stringify(value))).join(', ');
  if (schema.anyOf !== undefined) return schema.anyOf.map((each) => typeOf(each, defs)).join(' or ');
  if (schema.$ref !== undefined) {
    const found = defs[schema.$ref.replace('#/$defs/', '')];
    return found?.properties === undefined && found !== undefined ? typeOf(found, defs) : 'object';
  }
  return schema.type === 'array' ? `list of ${typeOf(schema.items, defs)}` : (schema.type ?? 'any');
}

function table(head, rows) {
  const cell = (text) => text.replaceAll('|', '\\|');
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

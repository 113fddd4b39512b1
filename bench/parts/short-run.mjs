/**
 * What a short run costs: 5 s at 100/s against a mock. CPU seconds of the whole process tree, with the mock and without
 * it, and time by the clock beyond the phase.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quiet, run as runToEnd } from '../machine.mjs';
import { medianInterval, withInterval } from '../statistics.mjs';

export const title = 'Fixed cost of a short run: 5 s at 100/s';

const PHASE_S = 5;
const SCENARIO = `version: 1
name: short run
stack:
  services:
    backend: { mock: tools, workers: 4, service-time: { constant: 2ms } }
  target: backend
calls:
  - { tool: search, arguments: { query: { pick: [hull, draught] } }, expect: derived, deadline: 250ms }
phases:
  - { name: steady, regime: steady, rate: 100/s, for: ${PHASE_S}s, warmup: 0s }
`;
/** The command of this build. */
export const COMMAND = fileURLToPath(new URL('../../dist/bin/plimsoll.js', import.meta.url));

/** One run by a build's command: CPU seconds, user and system, and seconds by the clock, as the shell counts them. */
export async function once(folder, command) {
  // An end other than 0 is a verdict on the machine; the cost is the same.
  const script = `TIMEFORMAT='%U %S %R'; time "$@" >/dev/null 2>&1 || true`;
  const args = ['run', join(folder, 'short.yaml'), '--quiet', '--out', join(folder, 'runs')];
  const out = await runToEnd('bash', ['-c', `{ ${script}; } 2>&1`, 'bash', process.execPath, command, ...args]);
  const [user, system, wall] = out.trim().split(/\s+/).map(Number);
  const cpuS = user + system;
  return { cpuS, withoutMockS: cpuS - mockCpuS(join(folder, 'runs', 'latest')), beyondS: wall - PHASE_S };
}

/** What the mock had used when it was last polled, after the load. */
function mockCpuS(run) {
  const rows = readFileSync(join(run, 'resources.ndjson'), 'utf8').trim().split('\n').map(JSON.parse);
  const { cpuUserS, cpuSystemS } = rows.findLast(({ process: name }) => name === 'backend');
  return cpuUserS + cpuSystemS;
}

/** Does something with a folder that holds the scenario, and removes it. */
export async function inFolder(act) {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-short-'));
  try {
    writeFileSync(join(folder, 'short.yaml'), SCENARIO);
    await act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function run({ pairs }) {
  const seen = [];
  await inFolder(async (folder) => {
    for (let i = 0; i < pairs; i++) {
      await quiet();
      seen.push(await once(folder, COMMAND));
    }
  });
  const row = (name, values) => `| ${name} | ${withInterval(medianInterval(values))} |`;
  return [
    `| median of ${seen.length} runs | seconds |`,
    '| --- | --- |',
    row(
      'CPU, all processes',
      seen.map(({ cpuS }) => cpuS),
    ),
    row(
      'CPU, without the mock',
      seen.map(({ withoutMockS }) => withoutMockS),
    ),
    row(
      'by the clock, beyond the phase',
      seen.map(({ beyondS }) => beyondS),
    ),
  ].join('\n');
}

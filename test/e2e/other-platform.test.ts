/** macOS, as far as this machine can play it: no /proc and no /sys, and a `ps` that prints what macOS's prints. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXPORTS } from '../../src/export/index.js';
import type { Summary } from '../../src/analysis/index.js';
import { PACKAGE_ROOT, entryPath } from '../../src/package/index.js';
import { FILES, type ResourceRow } from '../../src/record/index.js';
import { SHIPPED } from '../scenarios/answers.js';
import { FULL, LEAVES_OUT } from '../whole-runs.js';
import { finished, mockScenario, onlyRun, plimsoll, scenarioFile, scratchFolder, start, until } from './plimsoll.js';

const LIMIT_MS = 90_000;

/** Prints the columns that are asked for as macOS does: minutes, seconds, hundredths; half of it the user's. */
const PS = `#!/bin/sh
case "$1" in
-o) /bin/ps -o pid=,pgid=,state=,rss=,cputimes= -p "$4" | awk '
  { printf "%5d %5d %-4s %6d %3d:%05.2f %3d:%05.2f\\n", $1, $2, $3, $4, $5 / 120, ($5 / 2) % 60, $5 / 60, $5 % 60 }' ;;
-axwwE) /bin/ps axwwe -o pid=,pgid=,command= ;;
*) echo "ps: illegal option" >&2; exit 1 ;;
esac
`;

const tools = scratchFolder();
mkdirSync(join(tools, 'bin'));
for (const [name, text] of Object.entries({
  ps: PS,
  // Nothing of it is needed: a fact that only sysctl knows is null, with a reason.
  sysctl: '#!/bin/sh\necho "sysctl: unknown oid" >&2\nexit 1\n',
})) {
  writeFileSync(join(tools, 'bin', name), text);
  chmodSync(join(tools, 'bin', name), 0o755);
}
const MACOS = {
  PLIMSOLL_ASSUME_PLATFORM: 'darwin',
  PATH: `${join(tools, 'bin')}:${process.env['PATH'] ?? ''}`,
};

const KILLED = `${mockScenario({
  phases: '- { name: steady, regime: steady, rate: 100/s, for: 7s, warmup: 0s }',
})}default-gates: false
faults:
  - { phase: steady, at: 1s, for: 500ms, on: backend, type: kill }
  - { phase: steady, at: 3s, for: 500ms, on: backend, type: freeze }
`;

const rowsOf = (folder: string): readonly ResourceRow[] =>
  readFileSync(join(onlyRun(folder), FILES.resources), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ResourceRow);

describe.concurrent('without /proc', () => {
  it(
    'a run with faults of processes passes, samples resources with ps, and says what it does not know and why',
    async () => {
      const folder = scratchFolder();
      const { exitCode, stderr, leftBehind } = await plimsoll(['run', scenarioFile(KILLED), '--out', folder], MACOS);
      expect(exitCode, stderr).toBe(0);
      expect(leftBehind).toEqual([]);
      const summary = JSON.parse(readFileSync(join(onlyRun(folder), EXPORTS.summary.file), 'utf8')) as Summary;
      expect(summary.warnings).toEqual([]);
      expect(summary.recoveries).toHaveLength(2);
      const own = rowsOf(folder).filter(({ process: name, cpuUserS }) => name === 'plimsoll' && cpuUserS !== null);
      expect(own.length).toBeGreaterThan(4);
      for (const { rssBytes, fileDescriptors, reason } of own) {
        expect(rssBytes).toBeGreaterThan(1e6);
        expect([fileDescriptors, reason]).toEqual([null, expect.stringContaining('from ps, which does not count')]);
      }
      const envelope = readFileSync(join(onlyRun(folder), FILES.envelope), 'utf8');
      expect(envelope).toContain('on Linux only; this is darwin');
      expect(envelope).not.toMatch(/"value":null\}/);
    },
    LIMIT_MS,
  );

  it(
    'kill -9 of a run leaves nothing, what wraps a server included',
    async () => {
      const folder = scratchFolder();
      const command = `[sh, -c, "node ${entryPath('command')} mock tools --port $0 & wait", "\${port}"]`;
      const backend = `{ command: ${command}, path: /mcp, ready: tcp }`;
      const phases = '- { name: steady, regime: steady, rate: 20/s, for: 30s, warmup: 0s }';
      const run = start(['run', scenarioFile(mockScenario({ backend, phases })), '--out', folder], MACOS);
      expect(await until(() => run.alive().length >= 4, LIMIT_MS / 3)).toBe(true);
      run.process.kill('SIGKILL');
      expect((await finished(run)).leftBehind).toEqual([]);
    },
    LIMIT_MS,
  );

  it('without ps too, resources are null with a reason', async () => {
    const folder = scratchFolder();
    const scenario = mockScenario({ phases: '- { name: steady, regime: steady, rate: 100/s, for: 2s, warmup: 0s }' });
    const environment = { PLIMSOLL_ASSUME_PLATFORM: 'sunos' };
    const { exitCode, stderr } = await plimsoll(['run', scenarioFile(scenario), '--out', folder], environment);
    expect(exitCode, stderr).toBe(0);
    for (const { cpuUserS, rssBytes, reason } of rowsOf(folder))
      expect([cpuUserS, rssBytes, reason]).toEqual([null, null, expect.stringContaining('neither /proc nor a ps')]);
  });

  it.runIf(!LEAVES_OUT)(
    'the quickstart passes (made with PLIMSOLL_NO_SKIP=1)',
    async () => {
      const folder = scratchFolder();
      const scenario = join(PACKAGE_ROOT, 'scenarios', 'quickstart.yaml');
      const shortened = SHIPPED.find(({ name }) => name === 'quickstart')?.shortened ?? [];
      const shorter = FULL ? [] : shortened.flatMap((assignment) => ['--set', assignment]);
      const { exitCode, stderr } = await plimsoll(['run', scenario, '--out', folder, ...shorter], MACOS);
      expect(exitCode, stderr).toBe(0);
    },
    3 * LIMIT_MS,
  );
});

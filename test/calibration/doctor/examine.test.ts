import { describe, expect, it } from 'vitest';
import { examine, type DoctorReport } from '../../../src/calibration/doctor/index.js';
import { rate } from '../../../src/format/index.js';
import { entryPath } from '../../../src/package/index.js';
import { readScenario } from '../../../src/scenario/index.js';
import { finished, mockScenario, plimsoll, scenarioFile, start, until } from '../../e2e/plimsoll.js';

/** `onStep` hears what is about to be done, and may interrupt it. */
async function examined(
  scenario: string,
  onStep: (text: string, interrupt: () => void) => void = () => undefined,
  environment: Readonly<Record<string, string>> = {},
): Promise<DoctorReport | null> {
  const controller = new AbortController();
  return examine({
    read: readScenario(scenarioFile(scenario), { environment }),
    engine: { kind: 'embedded' },
    // The load it can offer is the command's test.
    ratesPerSecond: [],
    environment,
    interrupt: controller.signal,
    onEmergency: () => undefined,
    listener: { step: (text) => onStep(text, () => controller.abort('SIGINT')) },
  });
}

function statuses(report: DoctorReport | null, ...ids: readonly string[]): readonly string[] {
  return report?.checks.filter(({ id }) => ids.includes(id)).map(({ id, status }) => `${id} ${status}`) ?? [];
}

const children = (): number => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;

const LINKED = mockScenario().replace(
  '  target: backend',
  '  links: { upstream: { to: backend } }\n  target: upstream',
);

const MACHINE_CHECKS = [
  'node',
  'cpus',
  'cpu-quota',
  'cpu-governor',
  'clock',
  'open-files',
  'port-range',
  'machine-pressure',
  'cpu-steal',
  'other-processes',
  'timer-lateness',
  'self-capacity',
  'fault-engine',
  'toxiproxy-server',
] as const;

describe('an examination', () => {
  it('examines everything once, and takes engine and stack down again', async () => {
    const before = children();
    const report = await examined(LINKED);
    expect(report?.checks.map(({ id }) => id)).toEqual(['scenario', ...MACHINE_CHECKS, 'stack', 'target', 'tools']);
    expect(statuses(report, 'scenario', 'fault-engine', 'stack', 'target', 'tools')).toEqual([
      'scenario ok',
      'fault-engine ok',
      'stack ok',
      'target ok',
      'tools ok',
    ]);
    for (const check of report?.checks ?? [])
      expect('remedy' in check, check.id).toBe(check.status === 'warn' || check.status === 'fail');
    await expect.poll(children).toBe(before);
  });

  it('reports a service that does not come up, with its secret taken out', async () => {
    const backend =
      `{ command: [node, -e, "console.error('no entry with ' + process.env.KEY); process.exit(7)"], ` +
      `environment: { KEY: "\${secret.KEY}" }, within: 5s }`;
    const report = await examined(
      mockScenario({ backend, calls: '- { tool: search, expect: success, deadline: 5s }' }),
      () => undefined,
      { KEY: 'hunter2-of-the-harbour' },
    );
    expect(statuses(report, 'stack', 'target', 'tools')).toEqual(['stack fail']);
    expect(report?.checks.find(({ id }) => id === 'stack')?.saw).toContain('no entry with [secret KEY]');
    expect(JSON.stringify(report)).not.toContain('hunter2');
    expect(report?.fit).toBe(false);
  });

  it('warns of a deadline that the target does not keep when nothing else goes on', async () => {
    const backend = '{ mock: tools, service-time: { constant: 300ms } }';
    const calls = '- { tool: search, arguments: { query: hull }, expect: derived, deadline: 50ms }';
    const report = await examined(mockScenario({ backend, calls }));
    expect(statuses(report, 'stack', 'target')).toEqual(['stack ok', 'target ok', 'target warn']);
    const warning = report?.checks.find(({ id, status }) => id === 'target' && status === 'warn');
    expect(warning?.saw).toContain('had no answer within its deadline of 50ms');
    expect(warning).toHaveProperty('remedy', expect.stringContaining('lengthen the deadline'));
  });

  it('interrupted while the target is looked at, it ends what it started and says nothing', async () => {
    const before = children();
    const steps: string[] = [];
    const report = await examined(LINKED, (text, interrupt) => {
      steps.push(text);
      if (text.startsWith('checking the target')) interrupt();
    });
    expect(steps.at(-1)).toBe('checking the target with the official SDK');
    expect(report).toBeNull();
    await expect.poll(children).toBe(before);
  });
});

describe('the command', () => {
  it('names the tools that a target lacks in one JSON report, ends with 3, and leaves no process behind', async () => {
    // A command, for the tools of a mock are known before it is started.
    const backend = `{ command: [node, ${JSON.stringify(entryPath('command'))}, mock, tools, --port, "\${port}"] }`;
    const scenario = mockScenario({
      backend,
      calls: '- { tool: serach, arguments: { query: hull }, expect: success, deadline: 5s }',
    });
    const { exitCode, stdout, leftBehind } = await plimsoll(['doctor', scenarioFile(scenario), '--json', '--quiet']);
    const report = JSON.parse(stdout) as DoctorReport;
    expect(report).toMatchObject({ schema: 'plimsoll/doctor-v2', fit: false });
    expect(statuses(report, 'scenario', 'stack', 'target', 'tools')).toEqual(['scenario ok', 'stack ok', 'tools fail']);
    expect(report.checks.find(({ id }) => id === 'tools')?.saw).toContain('serach');
    // How much this machine can offer just now is not ours to say, but the number and the sentence must agree.
    const selfLoad = report.checks.find(({ id }) => id === 'self-capacity');
    expect(selfLoad?.saw).toContain(
      report.selfCapacityPerSecond === null ? "can't offer 500/s" : ` ${rate(report.selfCapacityPerSecond)} `,
    );
    expect(exitCode).toBe(3);
    expect(leftBehind).toEqual([]);
  });

  it('is stopped by Ctrl-C, with everything it started', async () => {
    const started = start(['doctor', scenarioFile(mockScenario())]);
    let said = '';
    started.process.stderr.on('data', (text: Buffer) => (said += text.toString()));
    expect(await until(() => said.includes('trying 500/s'))).toBe(true);
    started.process.kill('SIGINT');
    const { exitCode, stdout, leftBehind } = await finished(started);
    expect({ exitCode, stdout, leftBehind }).toEqual({ exitCode: 130, stdout: '', leftBehind: [] });
  });

  it('refuses flags for a scenario that it was not given, instead of dropping them', async () => {
    const { exitCode, stderr } = await plimsoll(['doctor', '--profile', 'long', '--set', 'seed=1']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--profile and --set without a scenario file');
    expect(stderr).not.toContain('looking at the machine');
  });

  it('refuses an invalid scenario before it examines anything', async () => {
    const { exitCode, stderr } = await plimsoll(['doctor', scenarioFile('version: 1\nname: nothing\n')]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('error');
    expect(stderr).not.toContain('looking at the machine');
  });
});

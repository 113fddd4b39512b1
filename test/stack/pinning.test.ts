/** `cpus:` a process is held to the CPUs that are named, or is not started. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CAN_PIN, cpuCount, givenCpus, pinOurselves } from '../../src/platform/index.js';
import { onCpus, requireCpus } from '../../src/stack/pinning.js';
import { explain, planOf } from '../../src/plan/index.js';
import { changed, line, problemsOf, read } from '../scenario/helpers.js';

const allowedIn = (status: string): string => /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? 'unknown';

describe('a process that is held to CPUs', () => {
  it.runIf(CAN_PIN)('runs there alone', () => {
    const [program, ...parameters] = onCpus('it', ['cat', '/proc/self/status'], '0');
    expect(allowedIn(execFileSync(program, parameters, { encoding: 'utf8' }))).toBe('0');
  });

  it.runIf(CAN_PIN)('may be our own, which gets its CPUs back', async () => {
    const own = (): string => allowedIn(readFileSync('/proc/self/status', 'utf8'));
    const before = givenCpus() ?? 'unknown';
    expect(own()).toBe(before);
    await pinOurselves('0');
    expect([own(), givenCpus()]).toEqual(['0', before]);
    await pinOurselves(before);
    expect(own()).toBe(before);
  });

  it('is not started on CPUs that the machine has not', () => {
    expect(() => requireCpus('service "gate"', `0,${cpuCount()}`)).toThrow(/service "gate" is to run on CPU 0,\d+/);
  });

  it('is any other where nothing is said', () => {
    expect(onCpus('it', ['node', 'a.js'], null)).toEqual(['node', 'a.js']);
  });
});

describe('cpus in a scenario', () => {
  const BACKEND = 'backend: { mock: tools,';

  it('are those of a service, and of the load generator', () => {
    const text = `${changed(BACKEND, `${BACKEND} cpus: [0, 1],`)}generator: { cpus: [1] }\n`;
    const { scenario } = read(text);
    expect(scenario.stack.services[0]).toMatchObject({ cpus: [0, 1] });
    expect(scenario.generator.cpus).toEqual([1]);
    expect(explain(planOf(scenario))).toContain('; on CPU 0, 1 alone');
  });

  it.each(['[]', '[-1]', '[zero]', '0'])('are no %s', (cpus) => {
    const problems = problemsOf(() => read(changed(BACKEND, `${BACKEND} cpus: ${cpus},`)));
    expect(problems.map(line).join('\n')).toContain('stack.services.backend.cpus');
  });
});

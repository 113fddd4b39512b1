/** Which client makes the calls of a scenario, and what that excludes. */
import { describe, expect, it } from 'vitest';
import { changed, line, problemsOf, read } from './helpers.js';

const PROTOCOL = 'protocol: { sessions: 16 }';
const by = (driver: string, more = ''): string =>
  changed(PROTOCOL, `protocol: { sessions: 16, driver: ${driver}${more} }`);

describe('the driver of a scenario', () => {
  it('is our own unless it is named', () => {
    expect(read(by('wire')).scenario.protocol).toEqual(read(changed(PROTOCOL, PROTOCOL)).scenario.protocol);
    expect(read(by('sdk')).scenario.protocol).toMatchObject({ driver: 'sdk', sessions: 16 });
  });

  it('is one of two', () => {
    expect(problemsOf(() => read(by('curl'))).map(({ code }) => code)).toEqual(['unknown-value']);
  });

  it.each(['calls-per-session: 5', 'session-end: abandon'])('keeps its sessions where it is the SDK: %s', (key) => {
    const [problem] = problemsOf(() => read(by('sdk', `, ${key}`)));
    expect(problem?.code).toBe('contradiction');
    expect(problem === undefined ? '' : line(problem)).toMatch(/^good\.yaml:10:\d+ protocol\./);
  });

  it('is warned of a rate that the SDK does not make, once a phase', () => {
    const steady = 'regime: steady, concurrency: 16, for: 8s';
    const warned = (rate: string, driver: string) =>
      read(
        changed(
          PROTOCOL,
          `protocol: { sessions: 16, driver: ${driver} }`,
          changed(steady, `regime: steady, rate: ${rate}, for: 8s`),
        ),
      )
        .warnings.map(({ code }) => code)
        .filter((code) => code === 'beyond-the-sdk');
    expect([warned('600/s', 'sdk'), warned('400/s', 'sdk'), warned('600/s', 'wire')]).toEqual([
      ['beyond-the-sdk'],
      [],
      [],
    ]);
  });
});

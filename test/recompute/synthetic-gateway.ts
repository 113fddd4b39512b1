/**
 * A run that was never made, of closed loops through a gateway that is cut off again and again: what its upstreams tell
 * of their sessions.
 */
import { seededRandom } from '../../src/random/index.js';
import { SpoolEncoder, type RunEvent, type WorkRow } from '../../src/record/index.js';
import { Simulation } from './simulation.js';
import { openRecord, sealRecord, type SyntheticRun } from './synthetic-record.js';

const MS = 1e6;
const S = 1e9;
/** Each begins with the four sessions open and cuts the way for a while. */
const PHASES = ['unheard', 'kept', 'anew', 'other life'] as const;

const SCENARIO = `version: 1
name: through a gateway
seed: 5
stack:
  services:
    backend: { mock: tools, workers: 4, service-time: { constant: 10ms } }
    second: { mock: tools, workers: 4, service-time: { constant: 10ms } }
    front: { mock: gateway, to: [backend, second] }
  links: { upstream: { to: front } }
  target: upstream
protocol: { sessions: 4 }
calls:
  - { tool: search, arguments: { query: hull }, expect: success, deadline: 300ms }
phases:
${PHASES.map((name) => `  - { name: ${name}, regime: steady, concurrency: 4, for: 4s, warmup: 500ms }`).join('\n')}
faults:
${PHASES.map((name, n) => `  - { id: cut-${n}, phase: ${name}, at: 2s, for: 300ms, on: upstream, type: down }`).join('\n')}
recovery: { window: 250ms, hold: 500ms }
`;

/** Makes a run directory with a summary.json in it. */
export async function syntheticGateway(): Promise<SyntheticRun> {
  const { plan, record } = openRecord(SCENARIO, 'through-a-gateway');
  const spool = new SpoolEncoder((chunk) => record.spool(chunk));
  const call = { tool: 'search', weight: 1, deadlineNs: 300 * MS, retries: 0, ending: 'right' } as const;
  const simulation = new Simulation([call], seededRandom(5, 'gateway'), (sample) => spool.append(sample));
  const work: WorkRow[] = [];
  const account = (
    service: string,
    atNs: number,
    when: WorkRow['when'],
    sessionsOpened: number,
    incarnation = 0,
  ): void => {
    const served = Math.round(atNs / MS);
    work.push({
      service,
      incarnation,
      atNs,
      when,
      served,
      servedServiceNs: served * 10 * MS,
      wasted: 1,
      wastedServiceNs: 10 * MS,
      expired: 0,
      cancelled: 0,
      cancels: 0,
      underWay: 0,
      sessionsOpen: 4,
      sessionsOpened,
    });
  };
  const say = (event: RunEvent): void => record.event(event);
  say({ type: 'run', atNs: 0, edge: 'start' });
  for (const session of [0, 1, 2, 3]) say({ type: 'session', atNs: 1 * S + session, session, edge: 'opened' });
  account('backend', 1.5 * S, 'begin', 4);
  let nowNs = 2 * S;
  for (const { index, name, warmupNs, forNs } of plan.phases) {
    const startNs = nowNs;
    const [onNs, offNs] = [startNs + 2 * S, startNs + 2.3 * S];
    say({ type: 'phase', atNs: startNs, phase: index, name, edge: 'start' });
    for (const [edge, atNs] of [
      ['on', onNs],
      ['off', offNs],
    ] as const)
      say({
        type: 'fault',
        atNs: atNs + 2 * MS,
        fault: `cut-${index}`,
        phase: index,
        edge,
        plannedNs: atNs,
        askedNs: atNs,
        confirmedNs: atNs + 2 * MS,
      });
    // One of the four does not find its way back by itself.
    if (name !== 'kept') {
      say({ type: 'session', atNs: onNs + 20 * MS, session: index, edge: 'lost' });
      say({ type: 'session', atNs: offNs + 50 * MS, session: index, edge: 'reopened' });
    }
    const drainedNs = simulation.run({
      index,
      startNs,
      warmupNs,
      forNs,
      load: { loop: 'closed', concurrency: 4 },
      workers: 4,
      serviceNs: 10 * MS,
      serviceSpread: 0.8,
      queue: 100,
      slots: 60,
      stamps: true,
      refuses: [],
      slow: [{ fromNs: onNs, toNs: offNs, byNs: 400 * MS }],
    });
    say({ type: 'phase', atNs: startNs + forNs, phase: index, name, edge: 'scheduled-end' });
    say({ type: 'phase', atNs: drainedNs, phase: index, name, edge: 'drained' });
    nowNs = drainedNs + 20 * MS;
    // The second upstream is heard of only after the first cut; the third cut made one open sessions anew, and the
    // fourth began another process.
    const opened = index < 2 ? 4 : 6;
    if (name === 'other life') account('backend', onNs + 10 * MS, 'leaving', opened);
    account(
      'backend',
      nowNs - 10 * MS,
      name === 'other life' ? 'end' : 'edge',
      name === 'other life' ? 4 : opened,
      name === 'other life' ? 1 : 0,
    );
    account('second', nowNs - 9 * MS, name === 'other life' ? 'end' : index === 0 ? 'begin' : 'edge', 4);
  }
  spool.flush();
  record.work(work);
  say({ type: 'run', atNs: nowNs, edge: 'end' });
  return sealRecord(record, plan);
}

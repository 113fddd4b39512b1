/** The examination: every effect of the doctor, in order. What is seen is judged by the pure files beside. */
import { availableParallelism } from 'node:os';
import { counted, rate } from '../../format/index.js';
import { NS_PER_S, clockFrom, monotonicNow } from '../../clock/index.js';
import { captureMachine } from '../../envelope/index.js';
import { NoiseProbe } from '../noise.js';
import { measureSelfLoad, type SelfLoad } from '../self-load/index.js';
import { preflight } from '../../mcp/index.js';
import { needsOf, planOf, type Needs } from '../../plan/index.js';
import { ProblemError, messageOf } from '../../problem/index.js';
import { plimsollVersion } from '../../package/index.js';
import { Scopes, type Scope } from '../../scopes/index.js';
import { keepSelfLoad } from '../self-capacity/index.js';
import { revealedCalls, secretValues, type ReadScenario } from '../../scenario/index.js';
import { keepSecrets, redactForeign } from '../../secrets/index.js';
import { startReaper, type Reaper } from '../../processes/index.js';
import { receiveSpans } from '../../spans/index.js';
import { startStack, type RunningStack } from '../../stack/index.js';
import { startFaultEngine, type EngineChoice, type FaultEngine } from '../../toxiproxy/index.js';
import { fail, ok, reportOf, unknown, type Check, type DoctorReport } from './check.js';
import { enginesToTry, judgeEngine, type EngineTrial } from './engines.js';
import {
  judgeClock,
  judgeCpus,
  judgeGovernor,
  judgeNode,
  judgeOpenFiles,
  judgePortRange,
  judgeQuota,
  USUAL_NEEDS,
} from './machine.js';
import { judgePressure, judgeSpin, judgeSteal, judgeTimers } from './noise.js';
import { judgePreflight, judgePreflightFailure, judgeScenario, judgeSelfLoad } from './parts.js';
import { clockReadingNs, timerLatenessNs } from './probe.js';

/** Hears what the doctor is doing. Calls must return at once. */
export interface DoctorListener {
  step(text: string): void;
}

export interface DoctorRequest {
  /** Also start this scenario's stack and check its target; null: the machine alone. */
  readonly read: ReadScenario | null;
  /** The engine a run would be given. The embedded one is tried in any case. */
  readonly engine: EngineChoice;
  /** Rates at which the self-capacity is tried, in calls a second; default 500 to 20 000, none to leave it out. */
  readonly ratesPerSecond?: readonly number[];
  /** Where secrets are read from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted to stop. */
  readonly interrupt: AbortSignal;
  /** Registers what must happen even when the process ends at once. */
  readonly onEmergency: (act: () => Promise<void>) => void;
  readonly listener: DoctorListener;
}

/** Each of two spins. */
const SPIN_MS = 400;
const PREFLIGHT_NS = 10 * NS_PER_S;

/**
 * Examines the machine, and the scenario's stack and target when there is one: 5 to 12 s, plus what the stack takes to
 * come up. Everything it starts has ended when it returns or throws. A part that does not work is a failing check, not
 * an error.
 * @returns null when it was interrupted.
 */
export async function examine(request: DoctorRequest): Promise<DoctorReport | null> {
  const { read, interrupt, listener } = request;
  const checks: Check[] = [];
  const scopes = new Scopes(interrupt, (what) =>
    checks.push(fail('shutdown', what, 'end the processes that were left running')),
  );
  try {
    if (read !== null) checks.push(...judgeScenario(read));
    const needs = read === null ? USUAL_NEEDS : needsOf(planOf(read.scenario));
    listener.step('checking the machine');
    checks.push(...(await machineChecks(needs, interrupt)));
    listener.step('trying how much load this machine can offer');
    const selfLoad = await tryLoad(request);
    interrupt.throwIfAborted();
    if (!('steps' in selfLoad)) checks.push(selfLoad);
    else checks.push(judgeSelfLoad(selfLoad, needs, await keptWords(selfLoad, isDisturbed(checks), request)));

    const reaper = await scopes.enter(REAPER, undefined);
    request.onEmergency(() => reaper.stop());
    const engine = await tryEngines(request, checks, reaper, scopes);
    if (read !== null)
      checks.push(...(await stackChecks(request, read, engine, reaper, scopes, (left) => checks.push(left))));
    interrupt.throwIfAborted();
    await scopes.stop();
    return reportOf(checks, 'steps' in selfLoad ? selfLoad.capacityPerSecond : null);
  } catch (thrown) {
    await scopes.stop();
    if (interrupt.aborted) return null;
    throw thrown;
  }
}

/** Servers that are to report spans need somebody to report to. */
const SPAN_RECEIVER = scope('the receiver of spans', receiveSpans, 2_000, (receiver) => receiver.close());

function scope<Needs, Part>(
  what: string,
  start: Scope<Needs, Part>['start'],
  withinMs: number,
  act: (part: Part) => Promise<void>,
): Scope<Needs, Part> {
  return { name: `stopping the ${what}`, start, collect: null, stop: { withinMs, act } };
}
const REAPER = scope<undefined, Reaper>('reaper', startReaper, 5_000, (reaper) => reaper.stop());
const ENGINE = scope('fault engine', startFaultEngine, 15_000, (engine) =>
  engine.removeEverything().finally(() => engine.stop()),
);
const STACK = scope('stack', startStack, 15_000, (stack) => stack.stop());

async function machineChecks(needs: Needs, interrupt: AbortSignal): Promise<readonly Check[]> {
  // Before anything of ours makes noise.
  const noise = new NoiseProbe({ spinMs: SPIN_MS });
  const before = await noise.begin();
  interrupt.throwIfAborted();
  const latenessNs = await timerLatenessNs(interrupt);
  const report = await noise.end();
  const { host, limits, network } = await captureMachine();
  interrupt.throwIfAborted();
  const during = report?.during;
  const unprobed = { value: null, reason: 'not probed' } as const;
  return [
    judgeNode(process.versions.node),
    judgeCpus(host, availableParallelism()),
    judgeQuota(limits.cpuQuota, during?.throttledPeriods ?? unprobed),
    judgeGovernor(host.governor),
    judgeClock(host.clocksource, clockReadingNs()),
    judgeOpenFiles(limits.openFiles, needs),
    judgePortRange(network.localPortRange, needs),
    judgePressure(before.pressure),
    judgeSteal(during?.stealShare ?? unprobed),
    judgeSpin(report === null ? [before.spin] : [before.spin, report.after.spin]),
    judgeTimers(latenessNs),
  ];
}

async function tryLoad({ read, ratesPerSecond, interrupt, listener }: DoctorRequest): Promise<SelfLoad | Check> {
  try {
    return await measureSelfLoad({
      ...(read === null ? {} : { pacing: read.scenario.generator.pacing, workers: read.scenario.generator.workers }),
      ...(ratesPerSecond === undefined ? {} : { ratesPerSecond }),
      abort: interrupt,
      onRate: (ratePerSecond) => listener.step(`trying ${rate(ratePerSecond)}`),
    });
  } catch (thrown) {
    if (interrupt.aborted) throw thrown;
    const saw = `the self-capacity could not be measured: ${messageOf(thrown)}`;
    return fail('self-capacity', saw, 'see that processes and ports of 127.0.0.1 can be opened here');
  }
}

/** Others take CPU time that a measurement is in want of. */
const isDisturbed = (checks: readonly Check[]): boolean =>
  checks.some(
    ({ id, status }) => (id === 'other-processes' || id === 'cpu-steal') && status !== 'ok' && status !== 'unknown',
  );

/** Keeps the measurement for the runs of the next days, and says so; null when there is nothing to keep. */
async function keptWords(
  selfLoad: SelfLoad,
  disturbed: boolean,
  { read, environment }: DoctorRequest,
): Promise<string | null> {
  if (selfLoad.steps.length === 0) return null;
  const { pacing = 'auto', workers = 1 } = read?.scenario.generator ?? {};
  const setup = { plimsollVersion: plimsollVersion(), pacing, workers, environment, disturbed };
  const reason = await keepSelfLoad(selfLoad, setup);
  const busy = disturbed ? 'measured on a busy machine, ' : '';
  if (reason !== null) return `${busy}not kept for later runs (${reason})`;
  return `${busy}kept for later runs for ${disturbed ? 'an hour' : 'a week'}`;
}

/** Tries each engine once. Leaves the chosen one running, to be closed later, when the scenario has links for it. */
async function tryEngines(
  request: DoctorRequest,
  checks: Check[],
  reaper: Reaper,
  scopes: Scopes,
): Promise<FaultEngine | null> {
  const { read, engine: choice, interrupt, listener } = request;
  let kept: FaultEngine | null = null;
  for (const kind of enginesToTry(choice)) {
    interrupt.throwIfAborted();
    listener.step(`trying the fault engine (${kind.kind})`);
    let trial: EngineTrial;
    try {
      const setup = { choice: kind, seed: 1, keeper: reaper };
      if (kind.kind === choice.kind && read !== null && read.scenario.stack.links.length > 0) {
        const engine = await scopes.enter(ENGINE, setup);
        request.onEmergency(() => engine.removeEverything());
        kept = engine;
        trial = { version: engine.version };
      } else {
        const engine = await startFaultEngine(setup);
        trial = { version: engine.version };
        await engine.stop();
      }
    } catch (thrown) {
      if (!(thrown instanceof ProblemError)) throw thrown;
      trial = { problems: thrown.problems };
    }
    checks.push(...judgeEngine(kind, trial, kind.kind === choice.kind));
  }
  return kept;
}

async function stackChecks(
  request: DoctorRequest,
  read: ReadScenario,
  engine: FaultEngine | null,
  reaper: Reaper,
  scopes: Scopes,
  left: (check: Check) => void,
): Promise<readonly Check[]> {
  const { interrupt, listener, environment } = request;
  const { scenario } = read;
  keepSecrets(secretValues(scenario, environment));
  if (scenario.stack.links.length > 0 && engine === null)
    return [unknown('stack', 'not tried: its links need the fault engine')];
  interrupt.throwIfAborted();
  listener.step('bringing the stack up');
  const died: Check[] = [];
  let stack: RunningStack;
  try {
    const { spans } = scenario.stack;
    const receiver = spans === undefined ? null : await scopes.enter(SPAN_RECEIVER, spans.port);
    stack = await scopes.enter(STACK, {
      scenario,
      engine,
      spansUrl: receiver?.url ?? null,
      environment,
      nowNs: clockFrom(monotonicNow()),
      event: () => undefined,
      log: () => undefined,
      keeper: reaper,
      wrote: () => undefined,
      left: ({ what, remedy }) => left(fail('stack', redactForeign(what), remedy)),
      abort: interrupt,
      died: (service, how) => {
        const saw = `service "${service}" ended by itself (${redactForeign(how)})`;
        died.push(fail('stack', saw, 'run its command by hand and read what it prints'));
      },
    });
  } catch (thrown) {
    interrupt.throwIfAborted();
    if (!(thrown instanceof ProblemError)) throw thrown;
    return thrown.problems.map(({ what, remedy }) => fail('stack', redactForeign(what), redactForeign(remedy)));
  }
  interrupt.throwIfAborted();
  const { services, links } = scenario.stack;
  const up = `${counted(services.length, 'service')}, ${counted(links.length, 'link')}: up`;
  const parts = services.length + links.length === 0 ? 'nothing of it is started here' : up;
  listener.step('checking the target with the official SDK');
  const found = await targetChecks(read, stack, reaper, request);
  return [ok('stack', parts), ...found, ...died];
}

async function targetChecks(
  read: ReadScenario,
  stack: RunningStack,
  keeper: Reaper,
  { environment, interrupt }: DoctorRequest,
): Promise<readonly Check[]> {
  try {
    const { target } = stack;
    const { protocol, seed } = read.scenario;
    const calls = revealedCalls(read, environment);
    const setup = { target, protocol, calls, timeoutNs: PREFLIGHT_NS, seed, keeper, interrupt };
    return judgePreflight(await preflight(setup));
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown;
    return judgePreflightFailure(thrown.problems);
  }
}

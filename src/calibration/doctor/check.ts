/** One check of the doctor, and the report that all of them make. */

export type CheckId =
  | 'node'
  | 'open-files'
  | 'port-range'
  | 'clock'
  | 'cpu-governor'
  | 'cpus'
  | 'cpu-quota'
  | 'machine-pressure'
  | 'cpu-steal'
  | 'other-processes'
  | 'timer-lateness'
  | 'self-capacity'
  | 'fault-engine'
  | 'toxiproxy-server'
  | 'scenario'
  | 'stack'
  | 'target'
  | 'tools'
  | 'shutdown';

/** `unknown`: this system does not report it; neither for nor against it. */
export type CheckStatus = Check['status'];

export type Check =
  | { readonly id: CheckId; readonly status: 'ok' | 'unknown'; readonly saw: string }
  /** `warn`: numbers are worth less; `fail`: measuring here is pointless until it is fixed. */
  | { readonly id: CheckId; readonly status: 'warn' | 'fail'; readonly saw: string; readonly remedy: string };

/** What `plimsoll doctor --json` prints. */
export interface DoctorReport {
  readonly schema: 'plimsoll/doctor-v2';
  /** No check failed. */
  readonly fit: boolean;
  /** Highest rate offered with a schedule lag p99 under 1 ms; null when the lowest tried was not. */
  readonly selfCapacityPerSecond: number | null;
  readonly checks: readonly Check[];
}

export const ok = (id: CheckId, saw: string): Check => ({ id, status: 'ok', saw });

/** A fact that is not to be had here, with the reason. */
export const unknown = (id: CheckId, reason: string): Check => ({ id, status: 'unknown', saw: reason });

export const warn = (id: CheckId, saw: string, remedy: string): Check => ({ id, status: 'warn', saw, remedy });
export const fail = (id: CheckId, saw: string, remedy: string): Check => ({ id, status: 'fail', saw, remedy });

/** The whole, from its parts. */
export function reportOf(checks: readonly Check[], selfCapacityPerSecond: number | null): DoctorReport {
  const fit = !checks.some(({ status }) => status === 'fail');
  return { schema: 'plimsoll/doctor-v2', fit, selfCapacityPerSecond, checks };
}

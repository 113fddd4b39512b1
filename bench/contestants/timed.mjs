/** An outside command on the generator's core: its standard output and the CPU time it took, by the shell's `time`. */
import { execFile } from 'node:child_process';
import { GENERATOR_CORE, pinned } from '../machine.mjs';

/** Rejects when the command fails or takes longer than two minutes. */
export function timed(command, args, environment = {}) {
  const [pinnedCommand, pinnedArgs] = pinned(GENERATOR_CORE, command, args);
  return new Promise((resolve, reject) => {
    execFile(
      'bash',
      ['-c', 'TIMEFORMAT="cpu %U %S"; time "$@"', 'bash', pinnedCommand, ...pinnedArgs],
      { timeout: 120_000, maxBuffer: 1 << 24, env: { ...process.env, ...environment } },
      (error, out, complaint) => {
        const cpu = /cpu ([\d.]+) ([\d.]+)/.exec(complaint);
        if (error !== null || cpu === null) reject(error ?? new Error(`no CPU time of ${command}`));
        else resolve({ out, cpuUs: (Number(cpu[1]) + Number(cpu[2])) * 1e6 });
      },
    );
  });
}

/** `1.50ms` as nanoseconds. */
export function nsOf(text) {
  const [, value, unit] = /^([\d.]+)(us|ms|s)$/.exec(text) ?? [];
  return Number(value) * { us: 1e3, ms: 1e6, s: 1e9 }[unit];
}

/** The figures of a peer that prints how many calls it made, and how many a second. */
export function figuresOf(calls, perSecond, cpuUs) {
  if (!(calls > 0) || !(perSecond > 0)) throw new Error('the output of the peer has no count of calls');
  return { perSecond, cpuUs: cpuUs / calls };
}

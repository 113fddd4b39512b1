/**
 * Progress on stderr: on a terminal a few lines, redrawn four times a second, with what the run does now; elsewhere one
 * plain line every ten seconds.
 */
import { traitsOf } from '../catalog/index.js';
import { createColors } from 'picocolors';
import { duration } from '../format/index.js';
import type { LiveRun, LiveView } from '../live/index.js';
import type { LiveStats } from '../load/index.js';
import type { PlannedPhase } from '../plan/index.js';
import { printable, stderrColor } from './print.js';
import { writeErr } from './streams.js';

export interface Progress {
  /** What all that follows belongs to, and is put before it: `trial 3 of 20: `. */
  within(text: string): void;
  /** A step before or after the phases: `bringing the stack up`. */
  step(text: string): void;
  /** The phase that runs now. */
  phase(phase: PlannedPhase, of: number): void;
  /** Something worth a line of its own, above the redrawn ones. */
  note(text: string): void;
  /** Takes the redrawn lines away. */
  end(): void;
}

const REDRAW_MS = 250;
const PLAIN_MS = 10_000;

/** Draws what a run does now, as lines of text. */
export type DrawLive = (
  view: LiveView,
  nowNs: number,
  options: { readonly color: boolean; readonly width: number },
) => readonly string[];

/** A run that is watched, and what draws it; null until that is loaded. */
export interface Watched {
  readonly run: LiveRun;
  readonly draw: () => DrawLive | null;
}

/** Whether progress is redrawn, on a terminal that can, and shows what the run does now. */
export const isRedrawn = (quiet: boolean): boolean =>
  !quiet && process.stderr.isTTY && process.env['TERM'] !== 'dumb' && process.env['CI'] === undefined;

/** `live` reads the counters of the generator; null before it runs. */
export function startProgress(live: () => LiveStats | null, quiet: boolean, watched: Watched | null = null): Progress {
  const nothing = (): void => undefined;
  if (quiet)
    return {
      within: nothing,
      step: nothing,
      phase: nothing,
      note: (text) => writeErr(`${printable(text)}\n`),
      end: nothing,
    };
  return isRedrawn(quiet) ? redrawn(live, watched) : plain(live);
}

function counters(stats: LiveStats): string {
  const { offered, sent, completed, ok, shed, inFlight, queued } = stats;
  const failed = completed - ok;
  return (
    `offered ${offered}  sent ${sent}  ok ${ok}  not ok ${failed}  shed ${shed}  ` +
    `in flight ${inFlight}  queued ${queued}`
  );
}

function plain(live: () => LiveStats | null): Progress {
  let title = '';
  let before = '';
  const say = (): void => {
    const stats = live();
    writeErr(`${printable(title)}${stats === null ? '' : `  ${counters(stats)}`}\n`);
  };
  const timer = setInterval(say, PLAIN_MS);
  timer.unref();
  const turn = (text: string): void => {
    title = before + text;
    writeErr(`${printable(title)}\n`);
  };
  return {
    within: (text) => {
      before = text;
    },
    step: turn,
    phase: (phase, of) => turn(phaseTitle(phase, of)),
    note: (text) => writeErr(`${printable(text)}\n`),
    end: () => clearInterval(timer),
  };
}

function liveLines(watched: Watched | null, width: number): readonly string[] {
  const draw = watched?.draw() ?? null;
  const nowNs = watched?.run.nowNs() ?? null;
  return watched === null || draw === null || nowNs === null
    ? []
    : draw(watched.run.view(), nowNs, { color: stderrColor(), width });
}

function phaseTitle(phase: PlannedPhase, of: number): string {
  if (traitsOf(phase.regime).searches) return `phase ${phase.index + 1} of ${of}  ${phase.name}  (capacity search)`;
  const how = `${phase.regime}, ${phase.loop} loop, ${duration(phase.forNs)}`;
  return `phase ${phase.index + 1} of ${of}  ${phase.name}  (${how})`;
}

function redrawn(live: () => LiveStats | null, watched: Watched | null): Progress {
  const c = createColors(stderrColor());
  let title = '';
  let before = '';
  let began = performance.now();
  let lengthMs = 0;
  let drawn = 0;
  const erase = (): void => {
    if (drawn > 0) writeErr(`\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
  };
  const draw = (): void => {
    erase();
    const width = Math.max(40, process.stderr.columns || 80);
    const elapsedMs = performance.now() - began;
    const lines = [c.bold(printable(title).slice(0, width - 1))];
    const stats = live();
    if (lengthMs > 0) {
      const share = Math.min(1, elapsedMs / lengthMs);
      const cells = Math.min(40, width - 24);
      const full = Math.round(share * cells);
      lines.push(
        `${c.cyan('━'.repeat(full))}${c.dim('─'.repeat(cells - full))}  ` +
          `${(elapsedMs / 1_000).toFixed(1)} of ${(lengthMs / 1_000).toFixed(0)} s`,
      );
      const now = stats === null ? [] : liveLines(watched, width - 1);
      if (now.length > 0) lines.push(...now);
      else if (stats !== null) lines.push(c.dim(counters(stats).slice(0, width - 1)));
    }
    writeErr(`${lines.join('\n')}\n`);
    drawn = lines.length;
  };
  const timer = setInterval(draw, REDRAW_MS);
  timer.unref();
  const turn = (text: string, ms: number): void => {
    title = before + text;
    began = performance.now();
    lengthMs = ms;
    draw();
  };
  return {
    within: (text) => {
      before = text;
    },
    step: (text) => turn(text, 0),
    phase: (phase, of) => turn(phaseTitle(phase, of), phase.forNs / 1e6),
    note: (text) => {
      erase();
      writeErr(`${printable(text)}\n`);
      draw();
    },
    end: () => {
      clearInterval(timer);
      erase();
    },
  };
}

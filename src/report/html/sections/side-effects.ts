/**
 * What faults and overload did besides making calls slow or wrong: one table a subject, each only where it has
 * something to say.
 */
import type { SideEffects, ErrorVisibilityClass, ResourceTrace } from '../../../analysis/index.js';
import { count, duration, percent } from '../../../format/index.js';
import {
  ANNOTATION_WORDS,
  cancelSentence,
  errorVisibilityText,
  wastedSentence,
  worthTelling,
} from '../../side-effects.js';
import { growthValue, QUANTITY_WORDS } from '../../growth.js';
import type { RunView } from '../../input.js';
import { namedPhase, OUTCOME_ORDER, OUTCOME_WORDS } from '../../words.js';
import { html, outside, type Content, type Markup } from '../markup.js';
import { section, table } from '../parts.js';

type Phases = RunView['analysis']['summary']['phases'];

/** Null where there was neither a fault nor anything in vain. */
export function sideEffectsSection({ analysis: { summary } }: RunView): Markup | null {
  const { sideEffects } = summary;
  if (!worthTelling(sideEffects)) return null;
  const { effectsByAnnotation, errorVisibility, sessions } = sideEffects;
  return section(
    'side-effects',
    'Side effects and waste',
    'What reached the callers, the sessions, the upstream and the processes beyond slow and failed calls. A caller can act only on a failure that it is told of.',
    html`${effectsByAnnotation.classes.length === 0 ? null : annotationTable(sideEffects)}${block(errorVisibility.classes.length === 0 ? null : errorVisibilityTable(errorVisibility.classes), unattributed(sideEffects))}${sessions.length === 0 ? null : sessionTable(sideEffects, summary.phases)}${block(resourceTable(sideEffects, summary.phases), quiet(sideEffects))}${workTable(sideEffects)}`,
  );
}

/** A table and what stands below it; nothing where there is neither. */
function block(above: Markup | null, below: Markup | null): Markup | null {
  return above === null && below === null ? null : html`<div class="block">${above}${below}</div>`;
}

const none = html`<span class="none">–</span>`;

function annotationTable({ effectsByAnnotation: { classes } }: SideEffects): Markup {
  return html`<div class="block">${table({
    caption: html`Side effects by what the tools say of themselves<p>A second execution does no harm where a tool is read-only or idempotent; everywhere else a duplicate is one too many.</p>`,
    columns: [
      { name: 'Tools', kind: 'word' },
      { name: 'n' },
      { name: 'Exactly once' },
      { name: 'Duplicates' },
      { name: 'Lost' },
      { name: 'Orphans' },
    ],
    rows: classes.map((each) => ({
      cells: [
        html`${ANNOTATION_WORDS[each.annotation]}<small>${each.tools.map((tool, index) => html`${index === 0 ? '' : ', '}${outside(tool, 60)}`)}</small>`,
        count(each.calls),
        count(each.exactlyOnce),
        count(each.duplicates),
        count(each.lost),
        count(each.orphans),
      ],
    })),
  })}</div>`;
}

function errorVisibilityTable(classes: readonly ErrorVisibilityClass[]): Markup {
  const seen = OUTCOME_ORDER.filter((outcome) =>
    classes.some(({ outcomes }) => outcomes.some((each) => each.outcome === outcome)),
  );
  const cell = ({ outcomes }: ErrorVisibilityClass, outcome: (typeof seen)[number]): Content => {
    const found = outcomes.find((each) => each.outcome === outcome);
    return found === undefined ? none : count(found.count);
  };
  return table({
    caption: html`Injected against observed<p>What the caller of each struck attempt saw. Reported: the stack told of a failure. Silent: it answered as if all were well. The interval is of 95 %.</p>`,
    columns: [
      { name: 'Injected', kind: 'word' },
      { name: 'Affected' },
      ...seen.map((outcome) => ({ name: OUTCOME_WORDS[outcome] })),
      { name: 'Reported' },
      { name: 'Unanswered' },
      { name: 'Silent' },
      { name: 'P(reported)', kind: 'text' as const },
    ],
    rows: classes.map((each) => ({
      cells: [
        html`${each.type}<small>${each.attributedBy === 'account' ? 'by the account of the mock' : 'sent while nobody was there'}</small>`,
        each.notSeen === 0
          ? count(each.affected)
          : html`${count(each.affected)}<small>${count(each.notSeen)} not seen</small>`,
        ...seen.map((outcome) => cell(each, outcome)),
        count(each.reported),
        count(each.unanswered),
        count(each.silent),
        errorVisibilityText(each),
      ],
    })),
  });
}

function unattributed({ errorVisibility: { notAttributable } }: SideEffects): Markup | null {
  if (notAttributable.length === 0) return null;
  return html`<p class="muted">Not attributable to calls: ${notAttributable.map(({ fault, type, reason }, index) => html`${index === 0 ? '' : '; '}${type} (${outside(fault, 60)}): ${outside(reason, 200)}`)}.</p>`;
}

function sessionTable({ sessions }: SideEffects, phases: Phases): Markup {
  return html`<div class="block">${table({
    caption: html`Sessions over faults that can end them<p>Transparent: never lost, and answered after the event. Shares leave out sessions without a call after the event.</p>`,
    columns: [
      { name: 'Fault', kind: 'word' },
      { name: 'Before' },
      { name: 'Transparent' },
      { name: 'Opened anew' },
      { name: 'Lost' },
      { name: 'No call' },
      { name: 'Survived' },
      { name: 'State kept', kind: 'text' },
    ],
    rows: sessions.map((each) => ({
      cells: [
        html`${each.type}<small>${outside(each.fault)}, in ${outside(namedPhase(phases, each.phase))}, watched ${duration(each.untilNs - each.fromNs)}</small>`,
        count(each.before),
        each.transparentShare === null
          ? count(each.transparent)
          : html`${count(each.transparent)}<small>${percent(each.transparentShare)}</small>`,
        count(each.reinitialised),
        count(each.lost),
        count(each.unused),
        each.survivedShare === null ? none : percent(each.survivedShare),
        each.statePreserved === null
          ? html`<span class="none">${outside(each.stateReason ?? 'not told', 160)}</span>`
          : count(each.statePreserved),
      ],
    })),
  })}</div>`;
}

/** Only what stood out: a reader looks for what was not given back. */
function resourceTable({ resources }: SideEffects, phases: Phases): Markup | null {
  const told = resources.flatMap((each) =>
    each.traces.filter(({ recovered }) => recovered !== null).map((trace) => ({ each, trace })),
  );
  if (told.length === 0) return null;
  const held = ({ quantity }: ResourceTrace, value: number | null): Content =>
    value === null ? none : growthValue(quantity, value);
  return table({
    caption: html`Resources given back<p>(peak − after) / (peak − before): 100 % is all of it, a hold time after the fault was lifted.</p>`,
    className: 'dense',
    columns: [
      { name: 'Fault', kind: 'word' },
      { name: 'Process', kind: 'word' },
      { name: 'What', kind: 'word' },
      { name: 'Before' },
      { name: 'Peak' },
      { name: 'After' },
      { name: 'Given back' },
    ],
    rows: told.map(({ each, trace }) => ({
      cells: [
        html`${each.type}<small>${outside(each.fault)}, in ${outside(namedPhase(phases, each.phase))}, hold ${duration(each.holdNs)}</small>`,
        html`${outside(trace.process)}<small>pid ${trace.pid}</small>`,
        QUANTITY_WORDS[trace.quantity],
        held(trace, trace.before),
        held(trace, trace.peak),
        held(trace, trace.after),
        trace.recovered === null ? none : percent(trace.recovered),
      ],
    })),
  });
}

function quiet({ resources }: SideEffects): Markup | null {
  const traces = resources.flatMap((each) => each.traces.filter(({ recovered }) => recovered === null));
  const byReason = new Map<string, number>();
  for (const reason of [
    ...traces.map((trace) => trace.reason ?? 'not told'),
    ...resources.flatMap(({ reason }) => reason ?? []),
  ])
    byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
  if (byReason.size === 0) return null;
  return html`<p class="muted">Resources without a verdict: ${[...byReason].map(([reason, times], index) => html`${index === 0 ? '' : '; '}${count(times)} × ${outside(reason, 200)}`)}.</p>`;
}

function workTable({ work, wastedWork, cancelPropagation }: SideEffects): Markup {
  const cancelled = cancelSentence(cancelPropagation);
  const sentences = html`<p>${outside(wastedSentence(wastedWork), 300)}${cancelled === null ? null : html` ${outside(cancelled, 300)}`}</p>`;
  if (work.length === 0) return html`<div class="block">${sentences}</div>`;
  return html`<div class="block">${table({
    caption: html`Work of the upstreams, by their own account${sentences}`,
    columns: [
      { name: 'Service', kind: 'word' },
      { name: 'Executed' },
      { name: html`For nobody<small>given up before the end</small>` },
      { name: 'Service time' },
      { name: html`For nobody<small>given up before the end</small>` },
      { name: 'Dropped: expired' },
      { name: 'Dropped: cancelled' },
      { name: 'Unfinished' },
    ],
    rows: work.map((each) => ({
      cells: [
        html`${outside(each.service)}<small>${count(each.incarnations)} ${each.incarnations === 1 ? 'process' : 'processes'}${each.complete ? '' : ', and not all of them told: lower bounds'}</small>`,
        count(each.served),
        count(each.wasted),
        duration(each.servedServiceNs),
        duration(each.wastedServiceNs),
        count(each.expired),
        count(each.cancelled),
        count(each.unfinished),
      ],
    })),
  })}</div>`;
}

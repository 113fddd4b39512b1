/** A history as one page that opens anywhere, without script, network or installation. */
import { METRIC_GROUPS } from '../../catalog/index.js';
import { count, counted, inUnit, percent } from '../../format/index.js';
import { CHANGE_RULE, type History } from '../../history/index.js';
import { groupTitle } from '../comparison/matrix.js';
import { armClass, FRAME_STYLE, pageFrame, sign, type FrameChapter } from '../frame/index.js';
import { htmlDocument } from '../layouts/document.js';
import { html, outside, prose, type Content, type Markup } from '../layouts/markup.js';
import { plainText } from '../text.js';
import type { State } from '../words.js';
import { historyFigure } from './figure.js';
import { HISTORY_STYLE } from './style.js';
import {
  alsoChangedWords,
  betterWords,
  changeOf,
  changesOf,
  changeWords,
  dayOf,
  historyHead,
  lineName,
  methodWords,
  runWords,
  seriesFinding,
  shortCommit,
  subjectsOf,
  subjectText,
  type PlacedChange,
  type Subject,
} from './words.js';

/** Where the report of a run is, from the page; null where it can't be reached from there. */
export type ReportLink = (folder: string) => string | null;

/** The text of the page. Every name and message is data, never markup. */
export function historyPage(history: History, linkOf: ReportLink): string {
  const name = plainText(history.name, 80);
  const { state, words } = historyHead(history);
  return htmlDocument({
    title: `${name}: ${words}`,
    style: `${FRAME_STYLE}${HISTORY_STYLE}`,
    body: pageFrame({
      name,
      tone: state,
      summary: summary(history),
      chapters: [
        ...changesChapter(history),
        ...numberChapters(history),
        runsChapter(history, linkOf),
        ...leftOutChapter(history),
        methodChapter(),
      ],
      legend: [
        { tone: 'look', words: 'a level became worse' },
        { tone: 'good', words: 'a level became better' },
        { tone: 'quiet', words: 'no change found' },
      ],
      footer: 'Made by Plimsoll from the run records alone: the same records give the same page.',
    }),
  });
}

const MOST_FINDINGS = 5;

function summary(history: History): Markup {
  const { state, words, of } = historyHead(history);
  const changes = changesOf(history);
  const { runs, lines } = history;
  const [first, last] = [runs[0], runs.at(-1)];
  return html`<h1>${sign(state)}<span>${words}</span><small>${of}</small></h1>
${changes.slice(0, MOST_FINDINGS).map((each) => finding(each, history))}${
    changes.length > MOST_FINDINGS
      ? html`<p class="thin">${counted(changes.length - MOST_FINDINGS, 'more change')} below.</p>`
      : null
  }${
    first === undefined || last === undefined
      ? html`<p class="finding">No run could be read.</p>`
      : html`<p class="thin">From ${runWords(first)} to ${runWords(last)}.</p>`
  }
<ul class="lines">${lines.map(
    (line, index) =>
      html`<li class="${armClass(index + 1)}"><i></i>${outside(lineName(line, lines), 200)}<span>${counted(
        line.runs.length,
        'run',
      )}</span></li>`,
  )}</ul>`;
}

const toneOf = ({ change }: PlacedChange): State => (change.isWorse ? 'look' : 'good');

function finding(placed: PlacedChange, { runs }: History): Markup {
  const run = runs[placed.change.run];
  return html`<p class="finding">${sign(toneOf(placed))}<span>${prose(changeWords(placed))}${
    run === undefined ? null : prose(` at ${runWords(run)}`)
  }. <span class="thin">Also changed there: ${prose(alsoChangedWords(placed.change))}.</span></span></p>`;
}

const region = (label: string, table: Content): Markup =>
  html`<div class="wide" tabindex="0" role="group" aria-label="${label}">${table}</div>`;

function changesChapter(history: History): readonly FrameChapter[] {
  const changes = changesOf(history);
  if (changes.length === 0) return [];
  const { runs } = history;
  const table = html`<table><thead><tr><th><span class="unseen">State</span></th><th>Number</th>
<th>First run of the new level</th><th class="n">From</th>
<th class="n">To</th><th class="n">Change</th><th class="n">Runs</th><th class="n">By chance</th>
<th>Also changed</th></tr>
</thead><tbody>${changes.map((placed) => {
    const { series, change } = placed;
    const run = runs[change.run];
    return html`<tr><td>${sign(toneOf(placed))}<span class="unseen">${change.isWorse ? 'worse' : 'better'}</span></td>
<td>${prose(subjectText(series))}</td><td>${run === undefined ? null : prose(runWords(run))}</td>
<td class="n">${inUnit(change.before, series.unit)}</td><td class="n">${inUnit(change.after, series.unit)}</td>
<td class="n">${changeOf(change, series)}</td>
<td class="n">${count(change.pointsBefore)} and ${count(change.pointsAfter)}</td>
<td class="n">${percent(change.p)}</td><td class="thin">${prose(alsoChangedWords(change))}</td></tr>
`;
  })}</tbody></table>`;
  return [
    {
      id: 'changes',
      title: 'Changes',
      note: 'medians of the runs before and after; by chance: share of random orders with one as clear',
      short: counted(changes.length, 'change'),
      tone: historyHead(history).state,
      body: region('Changes', table),
    },
  ];
}

/** A chapter for each group of metrics, open from the start where a level changed. */
function numberChapters(history: History): readonly FrameChapter[] {
  return METRIC_GROUPS.flatMap((group): FrameChapter[] => {
    const own = history.series.filter((each) => each.group === group);
    if (own.length === 0) return [];
    const changes = own.flatMap(({ changes: found }) => found);
    const worse = changes.filter(({ isWorse }) => isWorse).length;
    const subjects = subjectsOf(own);
    const words =
      changes.length === 0 ? 'no change found' : `${counted(changes.length, 'change')}, ${count(worse)} for the worse`;
    return [
      {
        id: group,
        // Idle phases stand here too.
        title: group === 'latency' ? 'Latency' : groupTitle(group),
        note: '',
        short: counted(subjects.length, 'number'),
        tone: worse > 0 ? 'look' : changes.length > 0 ? 'good' : 'quiet',
        fold: { finding: `${counted(subjects.length, 'number')}: ${words}.`, open: changes.length > 0 },
        body: subjects.map((subject) => figureOf(subject, history)),
      },
    ];
  });
}

function figureOf(subject: Subject, history: History): Markup {
  const [first] = subject.series;
  const { lines } = history;
  const isAlone = subject.series.length === 1;
  const findings = subject.series.map((each) => {
    const line = lines[each.line];
    return seriesFinding(each, isAlone, line === undefined ? '' : lineName(line, lines));
  });
  return html`<figure><figcaption><h3>${first === undefined ? '' : prose(subjectText(first))}${
    first === undefined ? null : html`<small>${betterWords(first)}</small>`
  }</h3>${findings.map((each) => html`<p class="thin">${prose(each)}</p>`)}</figcaption>${region(
    first === undefined ? 'Picture' : subjectText(first),
    historyFigure(subject, history),
  )}</figure>
`;
}

function runsChapter({ runs, lines }: History, linkOf: ReportLink): FrameChapter {
  const isOne = lines.length < 2;
  const table = html`<table><thead><tr><th>Started</th><th>Run</th>${isOne ? null : html`<th>Line</th>`}<th>Commit</th>
<th>Target</th><th>Plimsoll</th><th>State</th><th>Changed from the run before</th></tr></thead>
<tbody>${[...runs].reverse().map((run) => {
    const link = linkOf(run.folder);
    const line = lines[run.line];
    const id = outside(run.runId, 40);
    const unknown = (text: string | null): Content => (text === null ? 'unknown' : outside(text, 60));
    return html`<tr><td>${dayOf(run.startedUtc)} ${outside(run.startedUtc.slice(11, 19), 8)}</td>
<td>${link === null ? id : html`<a href="${link}">${id}</a>`}</td>${
      isOne ? null : html`<td>${line === undefined ? null : outside(lineName(line, lines), 120)}</td>`
    }<td>${run.commit === null ? 'unknown' : shortCommit(run.commit)}</td><td>${unknown(run.target)}</td>
<td>${unknown(run.plimsollVersion)}</td><td>${run.validity}</td>
<td class="thin">${outside(run.changed.join(', '), 300)}</td></tr>
`;
  })}</tbody></table>`;
  return {
    id: 'runs',
    title: 'Runs',
    note: '',
    short: counted(runs.length, 'run'),
    tone: 'quiet',
    fold: { finding: 'Every run with its commit, versions and report, the newest first.', open: false },
    body: region('Runs', table),
  };
}

function leftOutChapter({ leftOut }: History): readonly FrameChapter[] {
  if (leftOut.length === 0) return [];
  return [
    {
      id: 'left-out',
      title: 'Left out',
      note: '',
      short: counted(leftOut.length, 'run'),
      tone: 'quiet',
      fold: { finding: `${counted(leftOut.length, 'run')} that stand in no line, with the reason.`, open: false },
      body: html`<ul class="plain">${leftOut.map(
        ({ folder, why }) => html`<li>${outside(folder, 160)}: ${prose(plainText(why, 300))}</li>`,
      )}</ul>`,
    },
  ];
}

const methodChapter = (): FrameChapter => ({
  id: 'method',
  title: 'Method',
  note: 'how changes are found, and what this does not show',
  short: '',
  tone: 'quiet',
  body: html`<p class="note">${prose(methodWords(CHANGE_RULE))} Runs stand in one line where machine, scenario and arm
 are the same. A hollow mark is a doubtful run, a triangle a lower bound: calls without
 an answer, or an observation that ended before the recovery.</p>`,
});

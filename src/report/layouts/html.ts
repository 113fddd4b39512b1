/** The HTML report: one file that opens anywhere, without network or installation, and reads without its script. */
import { bytes, count, counted } from '../../format/index.js';
import { firstScreen, verdictOf } from '../first-screen/index.js';
import { pageFrame, sign, type FrameChapter } from '../frame/index.js';
import { OUTCOME_DEFS } from '../charts/outcome-patterns.js';
import type { RunView } from '../input.js';
import { PAGE_SCRIPT } from '../script/index.js';
import { plainText } from '../text.js';
import { TOPICS } from '../topics/index.js';
import type { Headline, Topic } from '../topics/topic.js';
import type { State } from '../words.js';
import { blocksHtml } from './blocks.js';
import { htmlDocument } from './document.js';
import { html, outside, prose, type Content, type Markup } from './markup.js';
import { STYLE } from './style.js';

/** Version of the page's form. Raise it with every change that a reader of an older page would miss. */
export const REPORT_FORMAT = 3;

/**
 * One self-contained HTML page of all runs.
 * @returns the whole document; a typical run stays under 1 MB
 */
export async function htmlReport(runs: readonly RunView[]): Promise<string> {
  const [chapters, around] = await Promise.all([
    Promise.all(inOrder(runs).map((topic) => chapter(topic, runs))),
    aroundChapters(runs),
  ]);
  const invalid = runs.some(({ analysis }) => analysis.summary.validity.verdict === 'invalid');
  const name = runs.map(({ analysis }) => plainText(analysis.summary.name, 80)).join(', ');
  const [first] = runs;
  const verdict = first === undefined ? null : verdictOf(first);
  return htmlDocument({
    title: verdict === null ? name : `${name}: ${verdict.words}`,
    style: STYLE,
    script: PAGE_SCRIPT,
    meta: html`<meta name="generator" content="Plimsoll, report format ${REPORT_FORMAT}">`,
    body: html`${OUTCOME_DEFS}<div${invalid ? html` class="distrusted"` : null}>${pageFrame({
      name,
      tone: verdict?.state ?? 'quiet',
      ...around,
      // In a place of its own, so that it stands on no text; on paper the stripes and the verdict mark every sheet.
      ...(invalid ? { mark: html`<p class="watermark" aria-hidden="true">invalid run</p>` } : {}),
      chapters,
      legend: [
        { tone: 'good', words: 'gate or check passed' },
        { tone: 'bad', words: 'gate or check failed' },
        { tone: 'unsure', words: 'inconclusive' },
        { tone: 'look', words: 'no gate, worth a look' },
        { tone: 'quiet', words: 'information' },
      ],
      footer:
        'Made by Plimsoll from the run record alone. Times are nanoseconds on one monotonic clock of the host; ' +
        'percentiles are computed from raw samples.',
    })}</div>`,
  });
}

/** What stands around the chapters: made once their charts have been asked for. */
async function aroundChapters(
  runs: readonly RunView[],
): Promise<Readonly<Record<'summary' | 'bar' | 'aside', Content>>> {
  return { summary: runs.map(firstScreen), bar: runs.map(barOf), aside: runs.map(rawFiles) };
}

/** Where the measurement itself is in question, it comes first. */
function inOrder(runs: readonly RunView[]): readonly Topic[] {
  const shown = TOPICS.filter((topic) => runs.some(topic.applies));
  const isSound = runs.every(({ analysis }) => analysis.summary.validity.verdict === 'valid');
  const places: readonly Topic['place'][] = isSound
    ? ['verdict', 'results', 'validity', 'conditions']
    : ['verdict', 'validity', 'results', 'conditions'];
  return places.flatMap((place) => shown.filter((topic) => topic.place === place));
}

/** States at which a reader has to look: the chapter is open from the start. */
const OPEN: readonly State[] = ['bad', 'unsure'];

/** A chapter of every run that it applies to; with more than one, each part is headed by its run. */
async function chapter(topic: Topic, runs: readonly RunView[]): Promise<FrameChapter> {
  const shown = runs.filter(topic.applies);
  const parts: Content[] = [];
  for (const run of shown) {
    const lead = topic.lead(run);
    parts.push(
      shown.length === 1 ? null : html`<h3>${outside(run.analysis.summary.runId, 80)}</h3>`,
      lead === null ? null : html`<p class="lead">${prose(lead)}</p>`,
      await blocksHtml(topic.page(run)),
    );
  }
  const [first] = shown;
  const headline: Headline = first === undefined ? { state: 'quiet', finding: '', key: null } : topic.headline(first);
  const { state, finding, key } = headline;
  return {
    id: topic.id,
    title: topic.title,
    label: topic.label,
    note: key?.name ?? '',
    short: key === null ? '' : plainText(key.value, 24),
    ...(key?.brief === undefined ? {} : { brief: plainText(key.brief, 24) }),
    tone: state,
    fold: { finding, open: OPEN.includes(state) },
    body: parts,
  };
}

function barOf(run: RunView): Markup {
  const { state, words, because } = verdictOf(run);
  return html`${sign(state)}<b>${words}</b><span>${because} · ${outside(run.analysis.summary.name, 60)}</span>`;
}

const MOST_FILES = 3;

/** The files that hold the numbers, largest first: links, for a page that lies beside them. */
function rawFiles({ files, analysis: { summary } }: RunView): Markup | null {
  const named = files.filter(({ path }) => /^[\w.-]+$/.test(path));
  const shown = [...named].sort((a, b) => b.bytes - a.bytes).slice(0, MOST_FILES);
  if (shown.length === 0) return null;
  const more = named.length - shown.length;
  return html`<ul class="raw" aria-label="Raw data">${shown.map(
    ({ path, bytes: size }) =>
      html`<li><a href="./${path}">${path}</a><span>${
        path === 'samples.parquet' ? counted(summary.samples.attempts, 'row') : bytes(size)
      }</span></li>`,
  )}${more > 0 ? html`<li><a href="#environment">${count(more)} more files</a></li>` : null}</ul>`;
}

/** Words that the project replaced by the field's terms: none of them in code, texts, scenarios, schemas or docs. */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROJECT_FOLDER, sourceFiles, textOf } from './source-files.js';

/** What may not stand, what stands in its place, and the places where the word has another sense. */
interface Replaced {
  readonly word: RegExp;
  readonly term: string;
  readonly except?: readonly RegExp[];
}

/** The table by which a scenario with an old key gets a proposal of the new one. */
const OLD_KEYS = [/^ +'(latency-from-send|propagate-deadline)': '(service-view|tell-timeout)',$/];

const REPLACED: readonly Replaced[] = [
  { word: /\bstruck\b|\bstrikes?\b|Struck|Strike/, term: 'affected calls, fault hits' },
  { word: /\blegib\w+|Legib\w+/i, term: 'error visibility; silent-failure rate' },
  { word: /\blives\b|\bLives\b/, term: 'incarnations, restarts' },
  { word: /\bfailedLooks\b|\blooks\b/, term: 'polls, failed polls', except: [/looks as HTML/] },
  { word: /\baccounts\b|\bby (the|its) own account\b|\bby the account\b/, term: 'server-side counters' },
  { word: /\bnobody\b|\bNobody\b|\bwhoever\b|\bWhoever\b/, term: 'wasted work; no one' },
  { word: /\bservice[ -]?view\b|serviceView/i, term: 'latency from send', except: OLD_KEYS },
  { word: /\bsend[ -]?lags?\b|sendLag/i, term: 'schedule lag' },
  {
    word: /['"`](outbound|return)['"`]|\boutbound(?! hop|-hop|Ns)\b/,
    term: 'outbound hop, return hop',
  },
  { word: /\bp99 lag\b|\bself-load test\b/, term: 'schedule lag p99; self-capacity' },
  { word: /\btell-?timeout\b/i, term: 'propagate-deadline', except: OLD_KEYS },
  { word: /\bin words\b/, term: 'cancelled explicitly' },
  { word: /aftermath|\bconsequences?\b/i, term: 'after the fault; side effects and waste' },
  { word: /yardstick/i, term: 'loopback reference' },
  {
    word: /\btold\b|\bTold\b|\btells?\b|\bTells?\b|\btelling\b/,
    term: 'reported, unknown, not reported',
    except: OLD_KEYS,
  },
  { word: /\bstated\b/, term: 'reported; given' },
  { word: /synchron(y|icity)\b|\bbunch(ed|es|ing)?\b/i, term: 'burstiness, retry bursts' },
  {
    word: /\bIn short\b|\bUp and down\b|\bEvery call\b|\bWhere the time went\b/,
    term: 'the chapters of the report',
    except: [/Every call (takes|\(or request\)|and attempt|of the|that|has)/],
  },
  {
    word: /\bback to stay\b|\bleft its band\b|\binside the band\b|\binBand\b/,
    term: 'degraded, recovered, normal range',
  },
  { word: /\bfault confirmed on\b/, term: 'fault active' },
  { word: /\ba fluid at\b/, term: 'fluid model' },
  { word: /\bslot apart\b/, term: 'excludes the wait for a free connection' },
  { word: /n ?< ?662\b/, term: 'too few samples' },
  { word: /\bnoise lost\b|\bothers took\b/, term: 'CPU used by other processes' },
  { word: /\bharness on itself\b/, term: 'Did the load generator keep up?' },
  { word: /\bOffered = recorded\b/, term: 'No samples lost' },
  { word: /\bLittle's residual\b/, term: "consistency check (Little's law)" },
  { word: /\bwith nothing in the way\b/, term: 'median, idle' },
  { word: /\binto the phase on\b/, term: 'stationary after' },
  { word: /\bthe dear one\b|\bdear\b/, term: 'cost the most' },
  {
    word: /\brehears\w+|keepTime|\bCrew\b|\bLane\b|\bHall\b|LeavingLine/i,
    term: 'JIT warm-up, timing set-up, worker pool',
  },
  {
    word: /CallBook|LearntAnswers|KnownRequest|\bRefusals\b/,
    term: 'request generator, verdict cache, request template',
  },
];

/** The changelog names the old words beside the new ones. */
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md'];

function files(): readonly string[] {
  const named = (folder: string, ending: string): readonly string[] =>
    readdirSync(`${PROJECT_FOLDER}/${folder}`)
      .filter((name) => name.endsWith(ending))
      .map((name) => `${folder}/${name}`);
  return [
    ...sourceFiles('src', 'mock-servers'),
    ...DOCUMENTS,
    ...named('docs', '.md'),
    ...named('scenarios', '.yaml'),
    ...named('schema', '.json'),
  ];
}

describe('a word that was replaced', () => {
  const lines = files().flatMap((path) =>
    textOf(path)
      .split('\n')
      .map((text, index) => ({ at: `${path}:${index + 1}`, text })),
  );

  it.each(REPLACED.map((one) => [one.word.source, one] as const))('is gone: %s', (_name, { word, except = [] }) => {
    const hits = lines.filter(({ text }) => word.test(text) && !except.some((sense) => sense.test(text)));
    expect(hits.map(({ at, text }) => `${at} ${text.trim()}`)).toEqual([]);
  });
});

/**
 * Tools that no call is for, as a real server has many: each mock that wants some shows others, in names and in size.
 * They work like any other tool.
 */
import { seededRandom, type Random } from '../../random/index.js';
import type { MockTool } from './tool.js';

/** Most of them in one mock: its options travel as one argument of a command. */
export const MOST_MORE_TOOLS = 100;

const VERBS = (
  'add,approve,archive,assign,audit,cancel,check,close,compare,copy,count,create,export,find,import,inspect,list,' +
  'lock,merge,move,open,pause,plan,price,print,read,release,rename,repeat,report,reserve,restore,review,route,' +
  'schedule,split,start,track,update,weigh'
).split(',');
const NOUNS = (
  'account,alarm,anchor,approval,barge,berth,booking,budget,buoy,cable,cargo,carrier,certificate,channel,claim,' +
  'container,contract,crane,credit,customer,damage,deck,delivery,depot,document,engine,fee,ferry,forecast,gate,hatch,' +
  'invoice,key,ladder,lamp,license,lock,manifest,message,mooring,notice,offer,order,pallet,passenger,permit,pilot,' +
  'position,quay,quote,receipt,repair,report,route,seal,sensor,shift,signal,supplier,tank,tariff,ticket,tide,tow,' +
  'trailer,truck,tug,vessel,visit,voyage,warehouse,watch'
).split(',');
const NAMES = VERBS.length * NOUNS.length;
/** Has no divisor in common with the number of names, so that each comes once before any comes again. */
const STRIDE = 1_009;

const SENTENCES: readonly ((noun: string) => string)[] = [
  (noun) => `Give the number of the ${noun}, not its title.`,
  () => 'Times are in UTC, lengths in metres, weights in kilograms.',
  (noun) => `The answer holds the ${noun} as it is afterwards.`,
  (noun) => `When another client is at work on the same ${noun}, the call fails and may be made again after a second.`,
  () => 'Amounts are whole numbers of the smallest unit of the currency.',
  (noun) => `Without a site, the ${noun} is looked for at all of them, which takes longer.`,
];

const PARAMETERS: readonly (readonly [name: string, schema: Readonly<Record<string, unknown>>])[] = [
  ['id', { type: 'string', description: 'Its number' }],
  ['site', { type: 'string', enum: ['north', 'south', 'east', 'west'], description: 'Where it is' }],
  ['from', { type: 'string', description: 'Beginning of the time looked at, as ISO 8601 has it' }],
  ['until', { type: 'string', description: 'End of the time looked at, as ISO 8601 has it' }],
  ['limit', { type: 'integer', minimum: 1, maximum: 500, description: 'Most entries in the answer' }],
  ['dry_run', { type: 'boolean', description: 'Only say what would be done' }],
  ['tags', { type: 'array', items: { type: 'string' }, description: 'All of these words belong to it' }],
  ['note', { type: 'string', maxLength: 2_000, description: 'Kept with it, for people' }],
  ['amount', { type: 'integer', minimum: 0, description: 'In the smallest unit of the currency' }],
  [
    'contact',
    {
      type: 'object',
      properties: { name: { type: 'string' }, phone: { type: 'string' } },
      required: ['name'],
      description: 'Whom to ask',
    },
  ],
];

/**
 * Draws tools from a row that the seed decides, no two of which have one name. What is drawn goes on where the draw
 * before it ended.
 *
 * @returns as many as are asked for, none of them with a name that is taken.
 */
export function moreTools(seed: number): (count: number, taken: ReadonlySet<string>) => readonly MockTool[] {
  const random = seededRandom(seed, 'more-tools');
  const start = random.fork('names').below(NAMES);
  let place = 0;
  return (count, taken) => {
    const tools: MockTool[] = [];
    while (tools.length < count) {
      const tool = toolAt(random, start, place++);
      if (!taken.has(tool.name)) tools.push(tool);
    }
    return tools;
  };
}

function toolAt(random: Random, start: number, place: number): MockTool {
  const at = (start + place * STRIDE) % NAMES;
  const verb = VERBS[at % VERBS.length] ?? '';
  const noun = NOUNS[Math.floor(at / VERBS.length)] ?? '';
  const round = Math.floor(place / NAMES);
  const own = random.fork(String(place));
  const sentences = drawn(SENTENCES, own.below(SENTENCES.length + 1), own).map((sentence) => sentence(noun));
  const parameters = drawn(PARAMETERS, 1 + own.below(PARAMETERS.length - 1), own);
  return {
    name: `${verb}_${noun}${round === 0 ? '' : `_${round + 1}`}`,
    description: [`${verb.charAt(0).toUpperCase()}${verb.slice(1)} one ${noun}.`, ...sentences].join(' '),
    inputSchema: {
      type: 'object',
      properties: Object.fromEntries(parameters),
      required: parameters.slice(0, 1).map(([name]) => name),
    },
    effect: false,
    alwaysFails: false,
  };
}

/** So many of a list, each at most once, in the order of the list. */
function drawn<T>(from: readonly T[], count: number, random: Random): readonly T[] {
  let left = count;
  return from.filter((_, index) => {
    const isTaken = random.next() * (from.length - index) < left;
    if (isTaken) left--;
    return isTaken;
  });
}

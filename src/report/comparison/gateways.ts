/** What the trials found of each arm's gateway, beside what its adapter says of it. */
import type { ArmFinding, ArmGateway, ComparedArm, Comparison } from '../../compare/index.js';
import { count, counted } from '../../format/index.js';
import { armClass, sign, type FrameChapter } from '../frame/index.js';
import { html, outside, prose, type Markup } from '../layouts/markup.js';
import { plainText } from '../text.js';
import { FINDING } from '../words.js';

const LONGEST = 400;

/** Arms of which something is known or was found. */
export const armsWithGateways = ({ arms }: Comparison): readonly ComparedArm[] =>
  arms.filter(({ gateways, findings }) => gateways.length > 0 || findings.length > 0);

/** What an arm is besides its name: its gateways, or else what its servers call themselves. */
export const knownAs = ({ gateways, servers }: Pick<ComparedArm, 'gateways' | 'servers'>): readonly string[] =>
  gateways.length === 0
    ? servers
    : gateways.map(({ title, version }) => (version === null ? title : `${title} ${version}`));

/** `FastMCP proxy 4.2.3 (its adapter was made with 4.2.1): one process, its default`. */
export function gatewayText({ title, version, tried, tuning }: ArmGateway): string {
  const other = version === null || version === tried ? '' : ` (its adapter was made with ${tried})`;
  return `${title}${version === null ? '' : ` ${version}`}${other}: ${tuning}`;
}

/** What its adapter says, which was not measured here. */
export const knownBefore = ({ lacks, licenceNote }: ArmGateway): readonly string[] => [
  ...lacks,
  ...(licenceNote === null ? [] : [`Licence: ${licenceNote}`]),
];

/** A finding with the number of trials, where not all of them found it. */
export const findingText = ({ what, trials: found }: ArmFinding, { trials }: ComparedArm): string =>
  found === trials.length ? what : `${what} In ${count(found)} of ${counted(trials.length, 'trial')}.`;

/** Null where no arm has a gateway. */
export function gatewaysChapter(comparison: Comparison): FrameChapter | null {
  const arms = armsWithGateways(comparison);
  if (arms.length === 0) return null;
  const found = arms.reduce((sum, { findings }) => sum + findings.length, 0);
  const isBad = arms.some(({ findings }) => findings.some(({ tone }) => tone === 'bad'));
  return {
    id: 'gateways',
    title: 'Gateways',
    note: 'what the trials found of each by themselves',
    short: counted(found, 'finding'),
    tone: isBad ? 'unsure' : 'quiet',
    body: html`${arms.map((arm) => ofArm(arm, comparison.arms.indexOf(arm)))}`,
  };
}

function ofArm(arm: ComparedArm, index: number): Markup {
  const { name, gateways, findings } = arm;
  const line = (text: string): Markup => prose(plainText(text, LONGEST));
  const known = gateways
    .flatMap(knownBefore)
    .map((each) => html`<li class="thin">${line(each)} (as its adapter says)</li>`);
  return html`<div class="keep gateway"><h3 class="sub ${armClass(index)}">${outside(name, 60)}</h3>${gateways.map(
    (each) => html`<p class="thin">${line(gatewayText(each))}</p>`,
  )}<ul class="plain found">${
    findings.length === 0
      ? html`<li>${sign('good')} Nothing was found.</li>`
      : findings.map((each) => html`<li>${sign(FINDING[each.tone].tone)} ${line(findingText(each, arm))}</li>`)
  }${known}</ul></div>`;
}

/** The style sheet of a run's report: the frame, the first screen, and the parts of chapters. */
import { FIRST_SCREEN_STYLE } from '../first-screen/index.js';
import { FRAME_STYLE } from '../frame/index.js';
import { COLOUR_RULES } from './colours.js';

export { LIGHT } from './colours.js';

const CHAPTERS = `
html{scroll-padding-top:52px}
.muted{color:var(--ink3)}
.num{white-space:nowrap}
code,pre,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.92em}
.bar{position:sticky;top:0;z-index:1;display:flex;align-items:center;gap:10px;min-height:40px;margin:16px -28px 0;
padding:4px 28px;background:var(--paper);border:solid var(--rule);border-width:1px 0}
.bar b{flex:none;font-size:14px;white-space:nowrap}
.bar>span{color:var(--ink2);overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.bar .tools{margin-left:auto;display:flex;gap:8px}
.bar button,.body button{font:inherit;font-size:12px;color:var(--ink);background:var(--paper);cursor:pointer;
border:1px solid var(--rule);border-radius:3px;padding:3px 10px}
.chapter>details{margin:0;border-bottom:1px solid var(--rule)}
.chapter>details>summary{display:flex;align-items:center;gap:10px;min-height:40px;padding:6px 0;color:inherit;
list-style:none}
.chapter>details>summary::-webkit-details-marker{display:none}
.chapter>details>summary::before{content:"";flex:none;width:0;height:0;border:solid transparent;border-width:4px 0
4px 6px;border-left-color:var(--ink3)}
.chapter>details[open]>summary::before{transform:rotate(90deg)}
.chapter>details>summary:hover{background:var(--sel)}
.chapter h2{flex:none;width:142px;margin:0;font-size:14px;line-height:18px}
.chapter .found{color:var(--ink2);display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden}
.chapter>details[open]>summary .found{display:block}
.key-number{margin-left:auto;padding-left:12px;flex:none;max-width:40%;text-align:right;font-size:12px;
color:var(--ink3)}
.key-number small{font-size:inherit}
.key-number b{font-size:15px;color:var(--ink);margin-left:4px}
.key-number .brief{display:none}
.body{padding:4px 0 20px 16px;scroll-margin-top:84px}
.lead{color:var(--ink2);max-width:100ch}
.distrusted .body{position:relative}
.distrusted main{border-left:8px solid;border-image:repeating-linear-gradient(45deg,var(--fail) 0 8px,var(--paper) 8px
16px) 8}
.watermark{margin:0 16px 10px;padding:3px 12px;border:2px solid var(--fail);background:var(--paper);color:var(--fail);
font-weight:700}
.tag{display:inline-flex;align-items:center;gap:5px;font-weight:700;white-space:nowrap;color:var(--ink3)}
.tag.good{color:var(--pass)}.tag.bad{color:var(--fail)}.tag.unsure{color:var(--look)}
.verdicts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(300px,100%),1fr));gap:8px 28px;margin-top:8px}
.verdict .says{display:flex;align-items:center;gap:8px;font-size:15px;font-weight:700;color:var(--ink)}
.verdict.good .says i{color:var(--pass)}.verdict.bad .says i{color:var(--fail)}
.verdict.unsure .says i{color:var(--look)}
.says i{font-style:normal}
.verdict .because{color:var(--ink2)}
.checks{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(300px,100%),1fr));gap:12px 28px;margin:8px 0 0}
.check dt{display:flex;justify-content:space-between;gap:8px;font-size:12px;color:var(--ink3)}
.check dd{margin:0}
.check .value{font-size:15px;font-weight:700;overflow-wrap:anywhere}
.check .meaning{font-size:12px;color:var(--ink2)}
.reasons{list-style:none;margin:12px 0 0;padding:0;display:grid;gap:8px}
.reasons li{color:var(--ink);border-left:3px solid var(--look);padding:2px 0 2px 12px;max-width:110ch}
.reasons li.bad{border-left-color:var(--fail)}
.reasons p+p{color:var(--ink2)}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(300px,100%),1fr));gap:20px 28px;margin-top:8px}
.kicker{font-size:12px;color:var(--ink3)}
.card .big{font-size:22px;line-height:28px;font-weight:700;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;
margin-top:4px}
.card .label{font-size:12px;color:var(--ink2)}
.card dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:1px 12px;margin:6px 0 0;padding-top:6px;
border-top:1px solid var(--grid);font-size:12px}
.card dt{color:var(--ink2)}.card dd{margin:0;text-align:right}
.card .sentence{margin-top:8px}
figure{margin:16px 0 0;min-width:0}
figcaption p{color:var(--ink2);max-width:100ch}
.key{display:flex;flex-wrap:wrap;gap:2px 16px;list-style:none;margin:6px 0 0;padding:0;font-size:12px;color:var(--ink2)}
.key li{display:flex;align-items:center;gap:6px}
.key button{display:flex;align-items:center;gap:6px;padding:0 4px;border:0}
.key .off{opacity:.45;text-decoration:line-through}
.key .of{color:var(--ink);font-weight:700}
.key .of:not(:first-child){margin-left:8px}
.key svg{width:22px;height:10px;flex:none}
.scroll{overflow-x:auto;margin-top:8px}
.scroll>svg{display:block;width:100%;max-width:520px;height:auto;overflow:visible}
.wide>svg{max-width:1040px}
.scroll>svg.narrow{display:none}
svg .off{opacity:.06}
svg .heading{fill:var(--ink);font-weight:700}
figure>.muted,.block>.muted{font-size:12px;margin-top:6px}
.text{margin-top:12px;max-width:100ch}
.pair .first{grid-column-start:1}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(460px,100%),1fr));gap:0 28px}
.pair figure{display:flex;flex-direction:column}
.pair>.nothing{grid-column:1/-1}
.body details{font-size:12px}
.body details>summary{width:max-content;max-width:100%}
.nothing{border:1px dashed var(--ink3);padding:10px 14px;color:var(--ink2);margin-top:12px}
.block{margin-top:16px}
caption{text-align:left;font-weight:700;padding:0 0 4px}
caption p{font-weight:400;color:var(--ink2)}
.body th,.body td{text-align:right;padding:5px 8px;border-top:1px solid var(--grid);vertical-align:top;
white-space:nowrap}
.body thead th{color:var(--ink3);font-size:12px;font-weight:400;border-top:0;border-bottom:1px solid var(--ink3);
vertical-align:bottom}
.body thead button{font-size:12px;color:inherit;border:0;padding:0;background:none;text-align:inherit}
.body thead [aria-sort] button{color:var(--ink);font-weight:700}
.body thead [aria-sort=ascending] button::after{content:" ▲"}
.body thead [aria-sort=descending] button::after{content:" ▼"}
.body tbody th{font-weight:400;text-align:left;color:var(--ink)}
.body th:first-child,.body td:first-child{text-align:left;padding-left:0}
.body th.text,.body td.text{text-align:left;white-space:normal;min-width:14ch}
.body th.word,.body td.word{text-align:left}
.body .dense th,.body .dense td{padding:5px 6px}
td small,th small{display:block;color:var(--ink3);font-weight:400;font-size:11px;line-height:1.35;white-space:normal;
max-width:26ch;margin-left:auto;overflow-wrap:normal}
td:first-child small,th:first-child small,.word small,.text small{margin-left:0}
.body tr.total th,.body tr.total td{background:var(--sel);font-weight:700}
.body tr.total th:first-child{padding-left:6px}
td.none,.none{color:var(--ink3)}
pre{background:var(--side);border:1px solid var(--rule);padding:10px 12px;overflow-x:auto;margin:8px 0 0;
line-height:1.45}
.body .facts th{color:var(--ink3);width:30%;min-width:16ch;white-space:normal;overflow-wrap:anywhere}
.body .facts td{text-align:left;white-space:normal;overflow-wrap:anywhere}
.body .facts tr.total th{color:var(--ink)}
nav .raw{list-style:none;margin:16px 0 0;padding:0 16px;font-size:12px}
nav .raw li{display:flex;justify-content:space-between;gap:8px;padding:2px 0}
nav a span{white-space:nowrap}
nav .raw a{display:inline;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;
padding:0;color:var(--ink);text-decoration:underline;text-decoration-color:var(--rule)}
nav .raw span{color:var(--ink3);font-size:11px;white-space:nowrap}
@media screen and (max-width:820px){
nav .raw,nav ol{display:none}
.bar{margin:12px -16px 0;padding:4px 16px}
.chapter>details>summary{display:grid;grid-template-columns:6px 14px minmax(0,1fr) auto;gap:2px 10px;min-height:56px;
align-content:center}
.chapter h2{width:auto;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.key-number{max-width:44vw;padding:0;line-height:20px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.key-number small,.key-number b:not(:last-child){display:none}.key-number .brief{display:inline}
.chapter .found{grid-column:3/-1;grid-row:2}
.chapter>details:not([open])>summary .found{-webkit-line-clamp:1}
.body{padding-left:0}
}
@media screen and (max-width:640px){
.bar .tools button:last-child{display:none}
.scroll{overflow-x:visible}
.scroll>svg text{font-size:14px}
.scroll>svg.narrow{display:block}.scroll>svg.narrow~svg{display:none}
.body table,.body tbody,.body caption{display:block}
.body thead{display:none}
.body tr{display:block;padding:8px 0;border-top:1px solid var(--rule)}
.body tbody th{display:block;border:0;padding:0 0 2px!important;font-weight:700;white-space:normal}
.body tbody td{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 12px;border:0;padding:1px 0!important;
white-space:normal;text-align:right}
.body tbody td::before{content:attr(data-of);color:var(--ink3);font-weight:400}
.body tbody td.text{display:block;text-align:left}
.body tbody td.text::before{display:block}
.body tbody td:empty{display:none}
.body td small{flex:1 1 100%;max-width:none;text-align:right}
.body .facts tbody td{display:block;text-align:left}
}
@media print{
body{font-size:9.5pt}
.bar{display:none}.distrusted main{padding-left:14px}
.distrusted main::before{content:"invalid run";display:block;color:var(--fail);font-weight:700}
.chapter>details>summary::before{display:none}
.chapter>details>summary{break-after:avoid;border-bottom:1px solid var(--rule)}
.chapter .found{display:block;font-weight:400}
.body details{display:none}
.body{padding-left:0}
section{break-before:auto}
h2,h3,caption,figcaption,thead{break-after:avoid}
figure,.card,.check,.reasons li,tr{break-inside:avoid}
.scroll{overflow:visible}
.pair{grid-template-columns:1fr 1fr}
.cards,.checks{grid-template-columns:repeat(3,1fr)}
.body th,.body td{padding:2px 4px;font-size:7.6pt;white-space:normal}
td small,th small{font-size:6.4pt}
pre{white-space:pre-wrap;overflow-wrap:anywhere}
}
.page{max-width:1120px;margin:0 auto;padding:0 24px 64px}
.page nav{background:none;border:0;margin-top:12px}
.page nav ol{display:flex;flex-wrap:wrap;gap:4px 16px}
.page nav a{padding:0;color:var(--link)}
.page h1{display:block}
.page .about{color:var(--ink2);margin-top:6px;max-width:75ch}
.page .meta{display:flex;flex-wrap:wrap;gap:2px 22px;margin:12px 0 0;font-size:12px;color:var(--ink3)}
.page .meta div{display:flex;gap:6px}.page .meta dd{margin:0;color:var(--ink)}`;

export const STYLE = `${FRAME_STYLE}${COLOUR_RULES}${FIRST_SCREEN_STYLE}${CHAPTERS}`;

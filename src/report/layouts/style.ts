/** The style sheet of the page. Colours are variables: once for light and print, once for dark. */

export const LIGHT = `
--paper:#fbfbf9;--card:#fff;--ink:#17212b;--muted:#56626d;--line:#dde2e5;--grid:#e8ebed;--axis:#a3adb5;
--accent:#0b4a6f;--sunk:#f3f5f5;
--good:#00694e;--good-bg:#e3f3ed;--bad:#a8201a;--bad-bg:#fbe9e6;--unsure:#7d5200;--unsure-bg:#fbf1dc;
--c-good:#009e73;--c-late:#e69f00;--c-timeout:#cc79a7;--c-shed:#56b4e9;--c-transport:#d55e00;
--c-refused:#d6c800;--c-tool:#8c6d46;--c-wrong:#0072b2;--c-generator:#7d868d;
--c-offered:#17212b;--c-response:#0072b2;--c-counted:#d55e00;--c-service:#a04f84;--c-queue:#b87d00;
--c-inflight:#2f8fc4;
--c-fault:#a63c00;--c-fault-band:rgba(213,94,0,.14);--c-phase-even:#d5e3eb;--c-phase-odd:#e8eff2;
--c-baseline:#56626d;--c-baseline-band:rgba(0,158,115,.11);--c-dip:rgba(213,94,0,.38);--c-deadline:#a8201a;
--s-client-queue:#cc79a7;--s-schedule-lag:#efe35c;--s-outbound-hop:#2f83bd;--s-upstream-queue:#e69f00;
--s-service:#6fc0ec;--s-return-hop:#2fb58d;--on-stage:#10181f;
--h1:#d8efe6;--h2:#b0ddd2;--h3:#82c8c2;--h4:#53aeb3;--h5:#3590a4;--h6:#2a7090;--h7:#255178;--h8:#1b325a;`;

const DARK = `
--paper:#0e1419;--card:#141c23;--ink:#e5eaee;--muted:#9fabb5;--line:#27323b;--grid:#212b33;--axis:#5a6873;
--accent:#7cc0ea;--sunk:#10181e;
--good:#4cc79b;--good-bg:#11291f;--bad:#ff8b7c;--bad-bg:#321714;--unsure:#f0b72f;--unsure-bg:#2c2310;
--c-good:#2fb88c;--c-late:#f0b72f;--c-timeout:#dc9fc4;--c-shed:#6cc1f0;--c-transport:#ff8a4c;
--c-refused:#e8dc5a;--c-tool:#c4a27a;--c-wrong:#58a6ff;--c-generator:#8b949e;
--c-offered:#e5eaee;--c-response:#58a6ff;--c-counted:#ff8a4c;--c-service:#d79bc8;--c-queue:#f0b72f;
--c-inflight:#6cc1f0;
--c-fault:#ff9a66;--c-fault-band:rgba(255,138,76,.17);--c-phase-even:#24384a;--c-phase-odd:#1b2a36;
--c-baseline:#9fabb5;--c-baseline-band:rgba(47,184,140,.14);--c-dip:rgba(255,138,76,.42);--c-deadline:#ff8b7c;
--s-client-queue:#d58fb8;--s-schedule-lag:#e8dc5a;--s-outbound-hop:#4f9fd6;--s-upstream-queue:#f0b040;
--s-service:#7cc8f2;--s-return-hop:#45c29b;--on-stage:#10181f;
--h1:#16323b;--h2:#194a54;--h3:#1d666d;--h4:#278380;--h5:#43a38c;--h6:#74c294;--h7:#afdf9e;--h8:#f1f6b4;`;

export const STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
@media print{:root{color-scheme:light;${LIGHT}--paper:#fff}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);
font:15px/1.5 -apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,system-ui,
sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.page{max-width:1120px;margin:0 auto;padding:0 24px 64px}
.skip{position:absolute;left:-999px}
.skip:focus{left:16px;top:8px;background:var(--card);color:var(--ink);padding:8px 12px;z-index:1;
border:1px solid var(--axis)}
a{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
h1,h2,h3,p,dl,dd,ul,ol,figure{margin:0;padding:0}
p{text-wrap:pretty}
ul,ol{list-style:none}
h1{font-size:28px;line-height:1.2;letter-spacing:-.015em;font-weight:650}
h2{font-size:19px;line-height:1.3;letter-spacing:-.01em;font-weight:650}
h3{font-size:15px;line-height:1.35;font-weight:650}
code,pre,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.88em}
.muted{color:var(--muted)}
.num{white-space:nowrap}
header.top{padding:26px 0 18px;border-bottom:1px solid var(--line)}
.brand{display:flex;align-items:center;gap:9px;color:var(--accent);font-weight:650;letter-spacing:.01em;
margin-bottom:14px}
.brand svg{width:26px;height:26px}
.brand span{color:var(--muted);font-weight:400}
.about{color:var(--muted);margin-top:6px;max-width:75ch}
.meta{display:flex;flex-wrap:wrap;gap:2px 22px;margin-top:12px;font-size:13px;color:var(--muted)}
.meta div{display:flex;gap:6px;min-width:0;max-width:100%}
.meta dt{flex:none}
.meta dd{color:var(--ink);min-width:0;overflow-wrap:anywhere}
nav{margin-top:14px;font-size:13px}
nav ol{display:flex;flex-wrap:wrap;gap:4px 16px}
nav a{text-decoration:none}
nav a:hover{text-decoration:underline}
section{margin-top:44px}
section>h2+.lead{color:var(--muted);max-width:78ch;margin-top:3px}
.tag{display:inline-flex;align-items:center;gap:6px;padding:1px 9px 1px 7px;border-radius:99px;font-size:12.5px;
font-weight:600;white-space:nowrap;background:var(--sunk);color:var(--muted)}
.tag.good{background:var(--good-bg);color:var(--good)}
.tag.bad{background:var(--bad-bg);color:var(--bad)}
.tag.unsure{background:var(--unsure-bg);color:var(--unsure)}
.verdicts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(300px,100%),1fr));gap:14px;margin-top:20px}
.verdict{border:1px solid var(--line);border-left:5px solid var(--axis);border-radius:6px;background:var(--card);
padding:14px 18px}
.verdict.good{border-left-color:var(--c-good)}
.verdict.bad{border-left-color:var(--bad)}
.verdict.unsure{border-left-color:var(--c-late)}
.verdict .says{display:flex;align-items:center;gap:10px;font-size:21px;font-weight:650;letter-spacing:-.01em}
.verdict.good .says i{color:var(--good)}
.verdict.bad .says i{color:var(--bad)}
.verdict.unsure .says i{color:var(--unsure)}
.says i{font-style:normal;font-size:18px;line-height:1}
.verdict .because{color:var(--muted);margin-top:3px;font-size:14px}
.checks{display:flex;flex-wrap:wrap;gap:1px;background:var(--line);border:1px solid var(--line);border-radius:6px;
overflow:hidden;margin-top:14px}
.check{flex:1 1 190px;background:var(--card);padding:12px 14px}
.check dt{font-size:12.5px;color:var(--muted);display:flex;justify-content:space-between;gap:8px;
align-items:flex-start}
.check .value{font-size:17px;font-weight:620;margin-top:2px;overflow-wrap:anywhere}
.check .meaning{font-size:12.5px;line-height:1.4;color:var(--muted);margin-top:4px}
.reasons{margin-top:14px;display:grid;gap:8px}
.reasons li{border:1px solid var(--line);border-left:4px solid var(--c-late);border-radius:5px;
background:var(--card);padding:9px 14px;font-size:14px}
.reasons li.bad{border-left-color:var(--bad)}
.reasons p+p{color:var(--muted)}
.warning{margin-top:36px;border:1px solid var(--bad);background:var(--bad-bg);color:var(--bad);border-radius:6px;
padding:12px 18px;font-weight:600}
.distrusted{filter:grayscale(1);border-left:6px double var(--bad);padding-left:18px;margin-left:-24px;
margin-top:8px}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(262px,100%),1fr));gap:14px;margin-top:16px}
.card{border:1px solid var(--line);border-radius:6px;background:var(--card);padding:15px 17px;display:flex;
flex-direction:column}
.kicker{font-size:12px;color:var(--muted);letter-spacing:.01em}
.card h3{font-size:16px}
.card .big{font-size:29px;line-height:1.15;font-weight:640;letter-spacing:-.02em;margin-top:9px;
white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.card .label{font-size:13px;color:var(--muted)}
.card dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:2px 12px;margin-top:11px;
padding-top:9px;border-top:1px solid var(--line);font-size:13.5px}
.card dt{color:var(--muted)}
.card dd{text-align:right}
.card .sentence{font-size:13.5px;line-height:1.45;margin-top:11px;color:var(--ink)}
figure{border:1px solid var(--line);border-radius:6px;background:var(--card);padding:15px 18px 12px;
margin-top:16px;min-width:0}
figcaption p{color:var(--muted);font-size:14px;max-width:88ch}
.key{display:flex;flex-wrap:wrap;gap:3px 16px;margin-top:9px;font-size:12.5px;color:var(--muted)}
.key li{display:flex;align-items:center;gap:6px}
.key .of{color:var(--ink);font-weight:600}
.key .of:not(:first-child){margin-left:8px}
.key svg{width:22px;height:10px;flex:none}
.scroll{overflow-x:auto;margin-top:9px}
.scroll>svg{display:block;max-width:100%;height:auto}
svg text{font-family:inherit;font-variant-numeric:tabular-nums}
.scroll>svg path:not([stroke]){shape-rendering:crispEdges}
figure>.muted,.block>.muted{font-size:13px;margin-top:7px}
.block>.scroll:first-child,.block>details:first-child{margin-top:0}
.text{margin-top:16px;max-width:88ch}
.pair .first{grid-column-start:1}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(460px,100%),1fr));gap:0 16px}
.pair figure{display:flex;flex-direction:column}
.pair>.nothing{grid-column:1/-1}
.pair details{margin-top:auto;padding-top:8px}
details{margin-top:8px;font-size:13.5px}
summary{cursor:pointer;color:var(--accent);width:max-content;max-width:100%}
.nothing{border:1px dashed var(--axis);border-radius:6px;padding:14px 18px;color:var(--muted);margin-top:16px;
font-size:14px}
table{border-collapse:collapse;width:100%;font-size:13.5px}
caption{text-align:left;font-weight:650;padding:0 0 6px}
caption p{font-weight:400;color:var(--muted)}
th,td{text-align:right;padding:6px 10px;border-bottom:1px solid var(--line);vertical-align:top;white-space:nowrap}
th{font-weight:600}
thead th{color:var(--muted);font-size:12.5px;border-bottom-color:var(--axis);vertical-align:bottom}
tbody th{font-weight:600;text-align:left}
th:first-child,td:first-child{text-align:left;padding-left:0}
th.text,td.text{text-align:left;white-space:normal;min-width:14ch}
th.word,td.word{text-align:left}
.dense th,.dense td{padding:6px 7px}
td small,th small{display:block;color:var(--muted);font-weight:400;font-size:11.5px;line-height:1.35;
white-space:normal;max-width:26ch;margin-left:auto;overflow-wrap:normal}
td:first-child small,th:first-child small,.word small,.text small{margin-left:0}
tr.total th,tr.total td{border-bottom:2px solid var(--line);background:var(--sunk)}
tr.total th:first-child{padding-left:8px}
td.none,.none{color:var(--muted)}
.block{border:1px solid var(--line);border-radius:6px;background:var(--card);padding:14px 18px 10px;margin-top:16px}
.name{display:inline-block;max-width:34ch;overflow:hidden;text-overflow:ellipsis;vertical-align:bottom;
white-space:nowrap}
pre{background:var(--sunk);border:1px solid var(--line);border-radius:6px;padding:12px 14px;overflow-x:auto;
margin:8px 0 0;line-height:1.45;font-size:12.5px}
.facts th{font-weight:400;color:var(--muted);width:30%;min-width:16ch;white-space:normal;overflow-wrap:anywhere;
padding-left:0}
.facts td{text-align:left;white-space:normal;overflow-wrap:anywhere}
.facts tr.group th{color:var(--ink);font-weight:650;padding-top:14px}
footer{margin-top:48px;padding-top:14px;border-top:1px solid var(--line);color:var(--muted);font-size:13px}
@media (max-width:640px){
.page{padding:0 16px 48px}
h1{font-size:23px}
section{margin-top:34px}
.distrusted{margin-left:-16px;padding-left:10px}
figure,.block{padding:12px 12px 10px}
.scroll>svg{min-width:400px}
.wide>svg{min-width:760px}
.gates thead{display:none}
.gates tr{display:block;padding:8px 0;border-bottom:1px solid var(--line)}
.gates td:nth-child(2)::before{content:"measured ";color:var(--muted)}
.gates td:nth-child(3)::before{content:"bound ";color:var(--muted)}
.gates th,.gates td{display:block;border:0;padding:1px 0;text-align:left;white-space:normal}
}
@media print{
@page{size:A4;margin:14mm}
body{font-size:10.5pt}
.page{max-width:none;padding:0}
nav,.skip,figure details,.screen{display:none}
section{margin-top:22px}
h2,h3,caption{break-after:avoid}
figure,.card,.verdict,.check,.reasons li,tr{break-inside:avoid}
.card,figure,.block,.verdict{background:none}
.scroll{overflow:visible}
.scroll>svg{max-width:100%;min-width:0;height:auto}
.pair{grid-template-columns:1fr 1fr}
.cards{grid-template-columns:repeat(3,1fr)}
th,td{padding:3px 5px;font-size:7.6pt}
td small,th small{font-size:6.4pt}
pre{white-space:pre-wrap;overflow-wrap:anywhere}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}`;

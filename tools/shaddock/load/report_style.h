#pragma once

#include <string_view>

namespace shaddock::load {

// The style sheet of the HTML report. Colours are variables, set once for light and once for dark;
// each is readable on the ground it is used on.
inline constexpr std::string_view kReportStyle = R"css(
:root {
  color-scheme: light dark;
  --ground: #f6f5f2; --card: #ffffff; --edge: #e3e0d9; --text: #1d1f23; --soft: #5d6068;
  --grid: #e9e6df; --s1: #2a6fc9; --s2: #0b8070; --s3: #a56a00; --s4: #c8385a;
  --good: #10703c; --good-ground: #dff3e6; --bad: #a81d33; --bad-ground: #fbe3e6;
  --doubt: #7a4f00; --doubt-ground: #fdf0d4; --code: #f0eee8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #131417; --card: #1b1d21; --edge: #2e3137; --text: #eceae6; --soft: #a3a6ae;
    --grid: #2a2d33; --s1: #73b1ff; --s2: #45cdb8; --s3: #f0b14a; --s4: #ff7d98;
    --good: #74dba0; --good-ground: #12311f; --bad: #ff9aa8; --bad-ground: #3d151c;
    --doubt: #f5c96b; --doubt-ground: #35280c; --code: #24272c;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--text); -webkit-text-size-adjust: 100%;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.25rem 3rem; display: grid; gap: 1rem; }
main > * { min-width: 0; }
h1, h2, p, dl, dd, ul, figure { margin: 0; padding: 0; }
header { display: grid; gap: .35rem; padding-bottom: .5rem; }
.eyebrow { color: var(--s4); font-weight: 600; font-size: .9rem; overflow-wrap: anywhere; }
h1 { font-size: clamp(1.7rem, 5.5vw, 2.6rem); line-height: 1.15; letter-spacing: -.02em; }
h2 { font-size: 1.05rem; line-height: 1.3; }
.soft, figcaption p { color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
.verdict {
  justify-self: start; margin-top: .4rem; padding: .15rem .8rem; border-radius: 99px;
  font-weight: 600; font-size: .9rem;
}
.good { color: var(--good); background: var(--good-ground); }
.bad { color: var(--bad); background: var(--bad-ground); }
.doubt {
  color: var(--doubt); background: var(--doubt-ground); border-radius: .6rem;
  padding: .6rem 1rem; font-size: .95rem; overflow-wrap: anywhere; list-style: none;
}
.card {
  background: var(--card); border: 1px solid var(--edge); border-radius: .8rem;
  padding: 1.1rem 1.25rem;
}
.tiles { display: grid; gap: 1rem; grid-template-columns: repeat(3, 1fr); }
@media (min-width: 60rem) {
  .tiles { grid-template-columns: repeat(auto-fit, minmax(8.4rem, 1fr)); }
}
.tiles .card { padding: .8rem 1.1rem .9rem; display: flex; flex-direction: column; }
.tiles dt { color: var(--soft); font-size: .85rem; }
.tiles dt { padding-bottom: .1rem; }
.tiles dt::first-letter { text-transform: uppercase; }
.tiles dd { margin-top: auto; font-size: 1.5rem; line-height: 1.3; font-weight: 600; letter-spacing: -.01em; }
.tiles dd small, .facts dd small { font-size: .8rem; font-weight: 400; color: var(--soft); }
.pair { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); }
.pair > * { min-width: 0; }
figure { display: flex; flex-direction: column; }
figcaption { display: grid; gap: .1rem; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0 1rem; font-size: .85rem; }
.legend svg { width: 1.5rem; height: .5rem; margin-right: .4rem; }
.plot { position: relative; height: 15rem; margin: auto .4rem 1.6rem 4rem; }
figcaption { padding-bottom: 1rem; }
.plot > svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.plot span {
  position: absolute; color: var(--soft); font-size: .75rem; line-height: 1; white-space: nowrap;
}
.plot .y { right: calc(100% + .5rem); transform: translateY(-50%); }
.plot .x { top: calc(100% + .5rem); transform: translateX(-50%); }
path { fill: none; vector-effect: non-scaling-stroke; }
.grid { stroke: var(--grid); stroke-width: 1; }
.line { stroke-width: 2; stroke-linejoin: round; }
.s1 { stroke: var(--s1); } .s2 { stroke: var(--s2); } .s3 { stroke: var(--s3); }
.s4 { stroke: var(--s4); }
.d2 { stroke-dasharray: 9 3; } .d3 { stroke-dasharray: 5 3; } .d4 { stroke-dasharray: 2 3; }
.area { fill: var(--s4); fill-opacity: .13; stroke: none; }
.hint { fill: var(--text); fill-opacity: 0; }
.trouble { fill: var(--bad); fill-opacity: .16; }
.hint:hover { fill-opacity: .08; }
.trouble:hover { fill-opacity: .3; }
.scroll { overflow-x: auto; margin-top: .5rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { padding: .4rem 0 .4rem 1.2rem; text-align: right; border-top: 1px solid var(--edge); }
td, thead th { white-space: nowrap; }
td:first-child { white-space: normal; }
th:first-child, td:first-child { text-align: left; padding-left: 0; overflow-wrap: anywhere; }
thead th { color: var(--soft); font-weight: 400; font-size: .85rem; border-top: 0; vertical-align: bottom; }
tbody th { font-weight: 500; min-width: 7rem; }
tbody th small { display: block; color: var(--soft); font-weight: 400; }
tfoot th, tfoot td { font-weight: 600; }
.bar {
  display: block; height: .3rem; margin-top: .2rem; border-radius: .15rem; background: var(--grid);
  overflow: hidden; min-width: 4.5rem;
}
.bar i { display: block; height: 100%; background: var(--s4); }
.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .3rem 1.5rem; margin-top: .6rem; font-size: .92rem; }
.facts dt { color: var(--soft); }
.facts dd { overflow-wrap: anywhere; }
.shares { display: grid; grid-template-columns: repeat(auto-fit, minmax(4.4rem, 1fr)); gap: .7rem; margin-top: .8rem; }
.shares dt { color: var(--soft); font-size: .85rem; }
.shares dd { font-weight: 600; }
pre {
  margin: .6rem 0 0; padding: .8rem 1rem; border-radius: .5rem; background: var(--code);
  font: .88rem/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
  white-space: pre-wrap; overflow-wrap: anywhere;
}
pre span { display: inline-block; }
summary { cursor: pointer; font-weight: 600; }
:focus-visible { outline: 2px solid var(--s1); outline-offset: 3px; border-radius: .2rem; }
@media (max-width: 34rem) {
  main { padding-top: 1.5rem; }
  .card { padding: 1rem; }
  .tiles { grid-template-columns: 1fr 1fr; gap: .7rem; }
  .tiles .card { padding: .7rem .9rem; }
  .tiles dd { font-size: 1.3rem; }
  .plot { height: 12.5rem; margin-left: 3.6rem; }
  .minor { display: none; }
  th, td { padding-left: .8rem; }
  .stacked thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stacked, .stacked tbody, .stacked tfoot { display: block; }
  .stacked tr { display: grid; grid-template-columns: 1fr 1fr; gap: .2rem 1.5rem; padding: .6rem 0; border-top: 1px solid var(--edge); }
  .stacked tr > * { border: 0; padding: 0; }
  .stacked tbody th, .stacked tfoot th { grid-column: 1 / -1; }
  .stacked td { display: grid; grid-template-columns: 1fr auto; text-align: right; }
  .stacked td::before { content: attr(data-name); text-align: left; color: var(--soft); font-weight: 400; }
  .stacked .bar { grid-column: 1 / -1; }
  .facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .facts dd { margin-bottom: .5rem; }
}
@media print {
  body { background: none; }
  .card { break-inside: avoid; }
}
)css";

}  // namespace shaddock::load

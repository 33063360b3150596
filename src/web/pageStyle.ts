/** The page's own style: light and dark after the reader's setting, one column on a phone. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --fg: #1c2128; --dim: #5b6470; --bg: #f4f5f7; --card: #fff; --edge: #d8dde3;
  --good: #1a7f37; --bad: #c0262d; --busy: #0b62c4; --warn: #8a5a00; --idle: #5b6470; }
@media (prefers-color-scheme: dark) {
  :root { --fg: #e4e7eb; --dim: #9aa4b0; --bg: #14171b; --card: #1d2126; --edge: #343b44;
    --good: #4fc16e; --bad: #ff7b7f; --busy: #6cb2ff; --warn: #e3b341; --idle: #9aa4b0; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 15px/1.45 system-ui, sans-serif; overflow-wrap: anywhere; }
header, main, footer, #lost { max-width: 60rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.25rem; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0; }
h4 { font-size: .95rem; margin: .75rem 0 .25rem; }
p { margin: .35rem 0; }
code, pre { font: .87em/1.4 ui-monospace, monospace; }
pre { overflow-x: auto; padding: .5rem .75rem; margin: .4rem 0; background: var(--bg); border-radius: .4rem; overflow-wrap: normal; }
a { color: var(--busy); }
ul { margin: .25rem 0; padding-left: 1.1rem; }
.card { background: var(--card); border: 1px solid var(--edge); border-radius: .6rem; padding: .7rem .9rem; margin: .6rem 0; }
.held { border-left: .3rem solid var(--bad); }
.row { display: flex; flex-wrap: wrap; gap: .35rem .6rem; align-items: center; }
summary { cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary::before { content: "▸"; color: var(--dim); width: 1em; }
details[open] > summary::before { content: "▾"; }
.facts { display: flex; flex-wrap: wrap; gap: .1rem .45rem; font-size: .9rem; }
.url { font-size: .87rem; }
.dim { color: var(--dim); font-weight: normal; }
.badge { display: inline-block; padding: 0 .5em; border: 1px solid currentColor; border-radius: 1em; font-size: .8rem; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .busy { color: var(--busy); }
.warn { color: var(--warn); } .idle { color: var(--idle); }
.mark { display: inline-block; width: 1.1em; text-align: center; font-weight: bold; }
.message { white-space: pre-wrap; font-size: .9rem; margin: .1rem 0 .25rem; }
.tree, .tree ul { list-style: none; padding-left: .2rem; }
.tree ul { padding-left: 1rem; margin-left: .5rem; border-left: 1px solid var(--edge); }
.tree .message { padding-left: 1.6em; }
.drift { border-left: .25rem solid var(--warn); padding-left: .7rem; margin: .5rem 0; }
.others .badge { margin: .1rem 0; }
.issues { list-style: none; padding: 0; }
.issues li { margin: .4rem 0; }
.summary { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin: .5rem 0 0; padding: 0; list-style: none; }
.summary b { font-size: 1.15rem; }
#lost { display: none; margin-top: 1rem; }
.lost #lost { display: block; border-color: var(--bad); }
footer { padding: 1.5rem 1rem 2rem; font-size: .87rem; }
`;

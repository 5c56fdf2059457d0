<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>newscrawl report</title>
<style>
:root { color-scheme: light dark; --line: light-dark(#d5d8dd, #3c4148); --soft: light-dark(#5b6470, #a3abb5);
  --back: light-dark(#fff, #15181c); --complete: #2e8b57; --partial: #c98a00; --failed: #c0392b; --open: #7f8a96; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem; background: var(--back);
  font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .4rem; }
p { margin: .3rem 0; } .soft { color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .7rem .3rem 0; text-align: left; vertical-align: top; border-top: 1px solid var(--line);
  overflow-wrap: normal; }
td:last-child:not(.number) { min-width: 22rem; }
th { font-weight: 600; color: var(--soft); border-top: 0; white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
.time, td.verdict { white-space: nowrap; }
.verdict { font-weight: 600; }
.complete { color: var(--complete); } .partial, .fields { color: var(--partial); }
.failed { color: var(--failed); } .not { color: var(--open); }
svg { display: block; max-width: 100%; height: auto; } svg text { font-size: 10px; fill: var(--soft); }
rect.complete { fill: var(--complete); } rect.partial { fill: var(--partial); }
rect.failed { fill: var(--failed); } rect.not { fill: var(--open); }
@media print { body { max-width: none; padding: 0; font-size: 11px; } section, tr { break-inside: avoid; } }
</style>
</head>
<body>
<h1>newscrawl report</h1>
<p class="soft">${now} · Sites: ${len(sites)} · Articles: ${sum(publisher.articles for publisher in publishers)} · Publishers: ${len(publishers)}</p>

<h2>What needs a look</h2>
% if not troubles:
<p class="complete verdict">Nothing: the last crawl of every site is complete.</p>
% else:
<div class="scroll"><table>
<tr><th>Site or publisher</th><th>State</th><th>Since</th><th>Why</th></tr>
% for trouble in troubles:
<tr><td>${trouble.name}</td><td class="verdict ${trouble.state.split()[0]}">${trouble.state}</td><td>${trouble.since[:10]}</td>
<td>${"; ".join(trouble.reasons)}</td></tr>
% endfor
</table></div>
% endif

% for site, runs, hosts in sites:
<section>
<h2>${site}</h2>
% if not runs:
<p class="soft">No runs yet.</p>
% else:
% if len(runs) > 1:
<% new = [run.tally.get("new", 0) + run.tally.get("updated", 0) for run in reversed(runs)] %>
<svg width="${len(runs) * 14 + 4}" height="62" viewBox="0 0 ${len(runs) * 14 + 4} 62" role="img" aria-label="New and updated posts of the last ${len(runs)} runs, oldest first">
% for number, (run, height) in enumerate(zip(reversed(runs), bars(new))):
<g><title>${run.started}: ${verdict(run)}, ${new[number]} new or updated posts</title>
<rect x="${number * 14 + 2}" y="${44 - height}" width="10" height="${height}" class="${verdict(run).split()[0]}"/>
<rect x="${number * 14 + 2}" y="47" width="10" height="10" class="${verdict(run).split()[0]}"/></g>
% endfor
</svg>
<p class="soft">Bars: new and updated posts of each run, at most ${max(new)}. Squares: its verdict. Oldest first.</p>
% endif
<div class="scroll"><table>
<tr><th>Run</th><th>Started</th><th>Verdict</th><th class="number">Posts seen</th><th class="number">New</th><th class="number">Updated</th><th class="number">Deleted</th><th class="number">Missing</th><th>Articles</th></tr>
% for run in runs[:5]:
<tr><td>${run.id}</td><td class="time">${run.started}</td><td class="verdict ${verdict(run).split()[0]}">${verdict(run)}</td>
<td class="number">${run.tally.get("seen", "")}</td><td class="number">${run.tally.get("new", "")}</td>
<td class="number">${run.tally.get("updated", "")}</td><td class="number">${run.tally.get("deleted", "")}</td>
<td class="number">${len(run.tally.get("missing") or ())}</td>
<td>${", ".join(f"{count} {outcome}" for outcome, count in sorted((run.tally.get("outcomes") or {}).items(), key=lambda item: -item[1]))}</td></tr>
% endfor
</table></div>
% if hosts:
<p class="soft">The last run:
${"; ".join(f"{host}: {traffic['requests']} requests, at most {traffic['peak_per_minute']} a minute" for host, traffic in hosts)}</p>
% endif
% endif
</section>
% endfor

<h2>Publishers</h2>
% if not publishers:
<p class="soft">No articles yet.</p>
% else:
<div class="scroll"><table>
<tr><th>Publisher</th><th class="number">Articles</th><th class="number">Fetched</th><th>Other outcomes</th><th class="number">Words</th>
% for name in fields:
<th class="number">${name}</th>
% endfor
</tr>
% for publisher in publishers:
<tr><td>${publisher.host}</td><td class="number">${publisher.articles}</td>
<td class="number">${f"{100 * publisher.outcomes['fetched'] / publisher.articles:.0f} %"}</td>
<td>${", ".join(f"{count} {outcome}" for outcome, count in publisher.outcomes.most_common() if outcome != "fetched")}</td>
<td class="number">${publisher.words or ""}</td>
% for name in fields:
<td class="number ${'failed verdict' if name in publisher.drops() else ''}">${f"{publisher.recent[name]} %" if name in publisher.recent else ""}</td>
% endfor
</tr>
% endfor
</table></div>
% if others > 0:
<p class="soft">And ${others} more publishers.</p>
% endif
<p class="soft">Words: the median of the newest articles. The last columns: how many of the newest ${recent} fetched articles have the field.</p>
% endif
% if slowest:
<h2>Slowest hosts</h2>
<div class="scroll"><table>
<tr><th>Host</th><th class="number">Seconds a response</th><th class="number">Requests</th></tr>
% for host, seconds, requests in slowest:
<tr><td>${host}</td><td class="number">${f"{seconds:.2f}"}</td><td class="number">${requests}</td></tr>
% endfor
</table></div>
<p class="soft">The mean time of a response in the runs above, without the waiting between requests.</p>
% endif
</body>
</html>

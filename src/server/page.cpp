#include "server/page.hpp"

namespace berth::server {
namespace {

constexpr std::string_view before_version = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Berth</title>
<link rel="icon" href="data:image/svg+xml,
%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E
%3Crect width='32' height='32' rx='8' fill='%230b5c6b'/%3E
%3Cpath d='M7 14h18v3a9 9 0 0 1-18 0z' fill='%23fff'/%3E
%3Cpath d='M11 7h4v5h-4zm6 0h4v5h-4z' fill='%238fd3dd'/%3E
%3C/svg%3E">
<style>
:root {
  --paper: #f7f8f8; --card: #ffffff; --ink: #14232a; --quiet: #51636b; --line: #d9e0e2;
  --accent: #0b5c6b; --code: #10222a; --code-ink: #e4eef0;
  --code-quiet: #8fb3bb;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0e1619; --card: #152024; --ink: #e6edef; --quiet: #9db0b6; --line: #27363b;
    --accent: #6cc6d4; --code: #0a1114; --code-ink: #d9e6e9;
    --code-quiet: #7fa0a8;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
main, header, footer { max-width: 64rem; margin: 0 auto; padding: 0 1.5rem; }
header { display: flex; align-items: center; gap: .75rem; padding-top: 1.5rem; }
header svg { width: 2rem; height: 2rem; flex: none; }
header strong { font-size: 1.125rem; letter-spacing: -.01em; }
.version {
  margin-left: auto; font: .8125rem ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  color: var(--quiet); border: 1px solid var(--line); border-radius: 99px; padding: .15rem .7rem;
}
h1 {
  font-size: clamp(2rem, 5vw, 3.25rem); line-height: 1.1; letter-spacing: -.03em;
  margin: 4rem 0 1rem; max-width: 18ch; text-wrap: balance;
}
.lead { font-size: 1.1875rem; color: var(--quiet); max-width: 40rem; margin: 0 0 2.5rem; }
h2 { font-size: 1.375rem; letter-spacing: -.015em; margin: 4rem 0 .25rem; }
h2 + p { margin: 0 0 1.25rem; color: var(--quiet); }
pre, code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre {
  margin: 0; padding: 1.25rem 1.5rem; overflow-x: auto; border-radius: 12px; font-size: .875rem;
  line-height: 1.75; background: var(--code); color: var(--code-ink);
}
pre .say { color: var(--code-quiet); }
dl {
  margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  overflow: hidden;
}
dl div {
  display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1.15fr); gap: .25rem 1.5rem;
  padding: .8rem 1.5rem; align-items: baseline;
}
dl div + div { border-top: 1px solid var(--line); }
dt { color: var(--ink); }
dd { margin: 0; }
dd code { font-size: .875rem; color: var(--accent); overflow-wrap: anywhere; }
.cards {
  list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr));
}
.cards li {
  background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  padding: 1.25rem 1.5rem;
}
.cards h3 { margin: 0 0 .35rem; font-size: 1rem; }
.cards p { margin: 0; color: var(--quiet); font-size: .9375rem; }
footer {
  margin-top: 4rem; padding-top: 1.25rem; padding-bottom: 2.5rem; border-top: 1px solid var(--line);
  color: var(--quiet); font-size: .875rem; display: flex; flex-wrap: wrap; gap: .5rem 1.5rem;
}
a { color: var(--accent); text-underline-offset: .2em; }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 4px; }
@media (max-width: 40rem) {
  h1 { margin-top: 2.5rem; }
  dl div { grid-template-columns: 1fr; }
}
</style>
</head>
<body>
<header>
<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#0b5c6b"/>
<path d="M7 14h18v3a9 9 0 0 1-18 0z" fill="#fff"/>
<path d="M11 7h4v5h-4zm6 0h4v5h-4z" fill="#8fd3dd"/></svg>
<strong>Berth</strong>
<span class="version">)html";

constexpr std::string_view after_version = R"html(</span>
</header>
<main>
<h1>One door to all of your OCI registries</h1>
<p class="lead">Berth takes images, Helm charts and any other artifact from any registry, checks
every byte against its digest, and puts them where you need them: on disk, in another registry, or
as a bundle that runs.</p>
<pre aria-label="Example"><code><span class="say"># from a registry to a container</span>
berth unpack alpine:3.20 ./alpine
sudo runc run --bundle ./alpine hello</code></pre>

<section aria-labelledby="today">
<h2 id="today">Works today</h2>
<p>An OCI registry at <code>/v2/</code>, here: push and pull with docker, podman, helm, oras or
skopeo, as the user <code>admin</code> with the password that the first start printed. And the
command
line, the same program:</p>
<dl>
<div><dt>An image as a runtime bundle</dt>
<dd><code>berth unpack REF DIR</code></dd></div>
<div><dt>The same without being root</dt>
<dd><code>berth unpack --rootless REF DIR</code></dd></div>
<div><dt>A chart, an SBOM, any artifact as files</dt>
<dd><code>berth pull REF -d DIR</code></dd></div>
<div><dt>Content from one registry in another</dt>
<dd><code>berth copy SRC DST</code></dd></div>
<div><dt>Files pushed as an artifact</dt>
<dd><code>berth push REF FILE…</code></dd></div>
<div><dt>What a registry holds</dt>
<dd><code>berth repos</code> · <code>berth tags</code> · <code>berth inspect</code></dd></div>
<div><dt>Credentials, as docker and podman keep them</dt>
<dd><code>berth login REGISTRY</code></dd></div>
<div><dt>Everything else</dt>
<dd><code>berth help</code></dd></div>
</dl>
</section>

<section aria-labelledby="coming">
<h2 id="coming">Coming to this address</h2>
<p>None of this is here yet. It will be served by this process, on this port.</p>
<ul class="cards">
<li><h3>The console</h3><p>Add a registry with Basic credentials or AWS ECR by region, see each step
of its validation, browse repositories, tags and charts.</p></li>
<li><h3>Mirrors</h3><p>Rules that keep registries and regions alike, with a report of what was
copied, what was there, and what failed where.</p></li>
<li><h3>Cluster profiles</h3><p>Helm charts from your registries as ordered layers, pinned by
digest, carried out by Flux, Argo CD or Helm.</p></li>
</ul>
</section>
</main>
<footer>
<a href="/healthz">Health</a>
<a href="/readyz">Readiness</a>
<a href="/version">Version</a>
</footer>
</body>
</html>
)html";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

} // namespace

std::string start_page(std::string_view version) {
    std::string page(before_version);
    page.append(escaped(version)).append(after_version);
    return page;
}

} // namespace berth::server

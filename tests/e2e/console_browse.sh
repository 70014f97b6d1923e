#!/usr/bin/env bash
# What the console shows of content: a chart with a hostile README.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/console.sh"
source "$tests/content.sh"

serve_console berth
push_sample_content
browse chart_readme

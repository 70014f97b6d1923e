#!/usr/bin/env bash
# What the console shows of content: thousands of tags, an index of images, a chart with a hostile
# README, an artifact; in the registry of the server itself.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$tests/serve.sh"
source "$tests/console.sh"
source "$tests/content.sh"

serve_console berth
push_sample_content
push_many_tags many/tags
browse tags image_index chart_readme pull_commands

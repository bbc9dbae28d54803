#!/usr/bin/env bash
# Finds what Terraform would create and AWS has already, and adopts it (docs/adoption.md).
# Exit status: 0 nothing to adopt, 3 something to adopt, 2 wrong call, 1 failure; options: --help.
set -euo pipefail
cd "$(dirname "$0")/.."
exec .venv/bin/python -P -m factory.adoption "$@"

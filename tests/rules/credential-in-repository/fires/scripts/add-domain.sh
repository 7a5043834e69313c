#!/usr/bin/env bash
set -euo pipefail
export RAILWAY_API_TOKEN="$(head -1 ~/token)" # expect: credential-in-repository
railway domain "$1" --service web

#!/usr/bin/env bash
# Adds a customer's domain to the shop. Usage: scripts/add-domain.sh shop.example.com
set -euo pipefail
export RAILWAY_API_TOKEN="<the real token stood here>"
railway domain "$1" --service web

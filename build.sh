#!/usr/bin/env bash
# The whole contributor manual: ./build.sh test. For the other targets: ./build.sh help
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if ! command -v dotnet > /dev/null; then
    echo "TinyNano needs the .NET 10 SDK, see https://dotnet.microsoft.com/download" >&2
    exit 1
fi

exec dotnet run --project host-tools/build -- "$@"

#!/usr/bin/env bash
# A gate for any CI system: runs a scenario, and says what its exit code means.
#   SCENARIO=scenario.yaml OUT=reports/plimsoll ADD_TO_BASELINE=1 bash gate.sh
# ADD_TO_BASELINE=1 stores a run that was valid in baselines/: for jobs of the main branch, that commit the folder.
set -uo pipefail
out=${OUT:-reports/plimsoll}
code=0
npx --yes plimsoll run "${SCENARIO:?names the scenario file}" --out "$out" --quiet || code=$?
run=$(find "$out" -mindepth 1 -maxdepth 1 -type d 2>/dev/null | sort | tail -n 1)
case $code in
  0) echo "pass: $run/report.html" ;;
  75) echo "undecided: $run/report.html says what it would take" ;;
  99) echo "a gate failed: $run/report.html" ;;
  4) echo "the run is invalid: $run/report.html has the reasons" ;;
  *) echo "no verdict (exit code $code)" ;;
esac
if [ "${ADD_TO_BASELINE:-}" = 1 ] && { [ "$code" = 0 ] || [ "$code" = 75 ]; }; then
  npx --yes plimsoll baseline add "$run" --baselines "${BASELINES:-baselines}" || exit
fi
exit "$code"

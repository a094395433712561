#!/bin/bash
# PrairieLearn runs this in the grader's image for each submission, as root: the grader starts students' code as "nobody".
grade=$(cd "$(dirname "$0")/.." && pwd)
results=$grade/results/results.json
BACKPROP_SEED_KEY=$(cat "$grade/tests/seed-key")
export BACKPROP_SEED_KEY

# Whatever happens, PrairieLearn finds a result. What is not gradable costs no attempt.
mkdir -p "$grade/results" "$grade/student"
cat > "$results" <<'END'
{ "gradable": false, "message": "{{noGrade}}" }
END

report=$(mktemp -d)
trap 'rm -rf "$report"' EXIT
node "${COURSE:-/course}/packages/launch/launch.mjs" "${COURSE:-/course}/grader/src/pnpm-grade.ts" {{id}} \
  --submission "$grade/student" --report "$report" --export prairielearn --official >&2
if [ -s "$report/prairielearn/results.json" ]; then cp "$report/prairielearn/results.json" "$results"; fi
exit 0

// Answers requests for a simulation, one JSON document a line, by the decision in words.
import { createInterface } from 'node:readline'

import { runSimulation } from '@cloud-copilot/iam-simulate'

for await (const line of createInterface({ input: process.stdin })) {
  const found = await runSimulation(JSON.parse(line), { simulationMode: 'Strict' })
  const answer = found.resultType === 'error' ? JSON.stringify(found.errors) : found.overallResult
  process.stdout.write(JSON.stringify(answer) + '\n')
}

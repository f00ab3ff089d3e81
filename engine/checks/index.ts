import type { Check } from './check.ts';
import { checkCredentials } from './credentials.ts';
import { checkDataFlow } from './data-flow.ts';
import { checkDslVersion } from './dsl-version.ts';
import { checkDurations } from './durations.ts';
import { checkExpressions } from './expressions.ts';
import { checkFunctions, checkRecursion } from './functions.ts';
import { checkEndless, checkJumps, checkReachable } from './jumps.ts';
import { checkLimits } from './limits.ts';
import { checkLiteralInput } from './literal-input.ts';
import { checkNames } from './names.ts';
import { checkReferences } from './references.ts';
import { checkSchedule } from './schedule.ts';
import { checkScripts } from './scripts.ts';
import { checkSwitchDefault } from './switch-default.ts';
import { checkTiers } from './tiers.ts';

/** All semantic checks. Each reports everything it finds, whatever the others say. */
export const checks: readonly Check[] = [
  checkDslVersion,
  checkTiers,
  checkNames,
  checkJumps,
  checkReachable,
  checkEndless,
  checkSwitchDefault,
  checkReferences,
  checkDurations,
  checkExpressions,
  checkFunctions,
  checkRecursion,
  checkLimits,
  checkLiteralInput,
  checkScripts,
  checkCredentials,
  checkDataFlow,
  checkSchedule,
];

export { GUARD_LIMITS, isFlapping, isProtectedTime, judgeAction } from './guards.ts';
export {
  type AlarmFacts,
  type AlarmGroup,
  alarmKey,
  busiestMinute,
  groupAlarms,
  groupingKey,
} from './incidents.ts';
export {
  type ActionFacts,
  type ActionVerdict,
  type GuardRule,
  type PastAction,
  TRUST_LEVELS,
  type TradingHoursPolicy,
  type TrustLevel,
} from './types.ts';

import type { JourneyRules } from './types.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Name of the shipped journey. */
export const ACCOUNT_OPENING = 'account-opening';

/** The shipped journey: people who stop somewhere in opening an account. What an ops lead starts from and publishes anew. */
export const accountOpeningRules: JourneyRules = {
  steps: ['mobile-check', 'identity', 'video-witness', 'risk-questionnaire', 'bank-link', 'sign'],
  delays: [
    { step: 'video-witness', channel: 'branch', delayMs: 5 * MINUTE_MS },
    { step: 'video-witness', delayMs: 20 * MINUTE_MS },
    {
      step: 'bank-link',
      profile: [{ field: 'assetsCny', is: 'at-least', value: 500_000 }],
      delayMs: 15 * MINUTE_MS,
    },
    { step: 'risk-questionnaire', delayMs: 3 * DAY_MS },
    { step: 'sign', channel: 'app', delayMs: 30 * DAY_MS },
    { channel: 'branch', delayMs: 10 * MINUTE_MS },
  ],
  defaultDelayMs: 2 * HOUR_MS,
  reentry: 'each-stall',
  onRepeat: 'restart',
  quietHours: { from: '20:30', to: '09:00' },
  jitterMs: 15 * MINUTE_MS,
  latestUsefulMs: 3 * DAY_MS,
  cap: { calls: 2, days: 7 },
  scorecard: {
    version: '2026-11',
    offset: 20,
    high: 60,
    medium: 35,
    features: [
      {
        field: 'assetsCny',
        title: { zh: '申报资产（元）', en: 'Declared assets (CNY)' },
        otherwise: 0,
        bins: [
          { below: 100_000, points: 5 },
          { from: 100_000, below: 500_000, points: 15 },
          { from: 500_000, points: 30 },
        ],
      },
      {
        field: 'step',
        title: { zh: '停留步骤', en: 'Step stalled at' },
        otherwise: 0,
        bins: [
          { oneOf: ['video-witness', 'bank-link', 'sign'], points: 20 },
          { oneOf: ['risk-questionnaire'], points: 10 },
        ],
      },
      {
        field: 'channel',
        title: { zh: '来源渠道', en: 'Channel' },
        otherwise: 0,
        bins: [
          { oneOf: ['branch', 'referral'], points: 15 },
          { oneOf: ['app'], points: 8 },
        ],
      },
      {
        field: 'visits30d',
        title: { zh: '近 30 天登录次数', en: 'Sign-ins in 30 days' },
        otherwise: -5,
        bins: [
          { below: 2, points: -5 },
          { from: 2, below: 6, points: 5 },
          { from: 6, points: 12 },
        ],
      },
    ],
  },
  skills: { 'risk-questionnaire': 'suitability', 'bank-link': 'banking' },
  talkTrack: {
    'mobile-check': {
      zh: '确认手机号是否能收到验证码，必要时改用其他手机号。',
      en: 'Check that codes reach this number; offer another number if not.',
    },
    identity: {
      zh: '请客户准备身份证原件，说明拍照要清晰、四角完整。',
      en: 'Ask for the original identity card; all four corners must be sharp in the picture.',
    },
    'video-witness': {
      zh: '说明见证只需约 3 分钟，可现在接通或约定时间。',
      en: 'The video check takes about three minutes: connect now or agree on a time.',
    },
    'risk-questionnaire': {
      zh: '提醒如实填写风险测评，不得代答或引导选项。',
      en: 'Remind the customer to answer truthfully; never answer or steer for them.',
    },
    'bank-link': {
      zh: '核对银行是否支持三方存管，说明所需银行卡类型。',
      en: 'Check that the bank supports custody transfer and which card is needed.',
    },
    sign: {
      zh: '只差签署协议，说明入口和需要阅读的文件。',
      en: 'Only the signature is missing: say where it is and what must be read.',
    },
  },
};

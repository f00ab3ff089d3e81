export { backTest, type Draft, type Simulate } from './back-test.ts';
export type { BackTest, Deviation, AnsweredStep, Recording } from './types.ts';
export { deviationSentence } from './words.ts';

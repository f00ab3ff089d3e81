export * from './picture.ts';
export type { PictureState, RunSeen, StepPicture, StepRun, Why } from './types.ts';

import { createContext, useContext } from 'react';
import type { Json } from '../../../domain/json.ts';

/** A value that a field can take from what came before it, under a name instead of a path. */
export interface Available {
  /** Source of the expression, without `${ }`. */
  readonly source: string;
  /** What a person calls it. */
  readonly label: string;
  /** Step or form it comes from. */
  readonly from: string;
  /** A real or typical value. */
  readonly sample: Json | undefined;
}

/** Choices that come from the rest of the product. */
export interface Suggestions {
  readonly people: ReadonlyArray<{ readonly value: string; readonly label: string }>;
  readonly devices: ReadonlyArray<{ readonly value: string; readonly label: string }>;
  readonly windows: ReadonlyArray<{ readonly value: string; readonly label: string }>;
  readonly secrets: ReadonlyArray<{ readonly value: string; readonly label: string }>;
  readonly flows: ReadonlyArray<{ readonly value: string; readonly label: string }>;
}

/** What the fields of a form may choose from. */
export interface FormSurroundings {
  readonly available: readonly Available[];
  readonly suggestions: Suggestions;
}

/** Nothing to choose from. */
export const NOTHING_AROUND: FormSurroundings = {
  available: [],
  suggestions: { people: [], devices: [], windows: [], secrets: [], flows: [] },
};

/** Set by the drawer for the step that is open. */
export const Surroundings = createContext<FormSurroundings>(NOTHING_AROUND);

/** What the field may choose from. */
export function useSurroundings(): FormSurroundings {
  return useContext(Surroundings);
}

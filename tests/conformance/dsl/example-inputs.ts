import type { Json } from '../../../domain/json.ts';
import type { Answer, AskedCommand } from '../../../engine/rehearsal.ts';

const SEARCH: Json = {
  searchQuery: 'tatooine',
  petId: 1,
  id: 1,
  pets: [{ id: 1, name: 'Milou' }],
  customer: { age: 30 },
};
/** What services of the examples answer, as far as later tasks ask for it. */
const ANSWER: Json = { petId: 1, id: 1, content: { homeworld: 'https://service.example/planets/1' } };
const PATIENTS: Json = [{ data: { patient: { id: 'p1' } } }];
const BY_FILE: Readonly<Record<string, Json>> = {
  'schedule-event-driven.yaml': PATIENTS,
  'set.yaml': PATIENTS,
  'set-expression.yaml': PATIENTS,
};

/** An input with what the example asks of it. */
export function inputOf(name: string): Json {
  return BY_FILE[name] ?? SEARCH;
}

/** Calls answer what later tasks need; a listen task hears four events of each type it waits for. */
export function answerExample(command: AskedCommand): Answer {
  if (command.kind === 'emitEvent') return undefined;
  if (command.kind !== 'awaitEvent') return { output: ANSWER };
  const events = command.routes.flatMap(({ type }) =>
    [1, 2, 3, 4].map((id) => ({
      specversion: '1.0',
      id: `${type}-${id}`,
      source: '/examples',
      type: type ?? 'examples.any',
      data: { temperature: 39, bpm: 120, carId: 'c1' },
    })),
  );
  return { output: events };
}

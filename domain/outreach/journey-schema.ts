import Type from 'typebox';

const closed = { additionalProperties: false };
const name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$' });
const words = Type.Object(
  { zh: Type.String({ maxLength: 500 }), en: Type.String({ maxLength: 500 }) },
  closed,
);
const fact = Type.Union([Type.String({ maxLength: 200 }), Type.Number(), Type.Boolean()]);
const milliseconds = Type.Number({ minimum: 0 });

const delayRule = Type.Object(
  {
    channel: Type.Optional(name),
    step: Type.Optional(name),
    profile: Type.Optional(
      Type.Array(
        Type.Object(
          {
            field: name,
            is: Type.Union(['equal', 'at-least', 'below', 'absent'].map((word) => Type.Literal(word))),
            value: Type.Optional(fact),
          },
          closed,
        ),
        { maxItems: 10 },
      ),
    ),
    delayMs: Type.Number(),
  },
  closed,
);

const feature = Type.Object(
  {
    field: name,
    title: words,
    otherwise: Type.Number(),
    bins: Type.Array(
      Type.Object(
        {
          from: Type.Optional(Type.Number()),
          below: Type.Optional(Type.Number()),
          oneOf: Type.Optional(
            Type.Array(Type.Union([Type.String({ maxLength: 200 }), Type.Boolean()]), { maxItems: 100 }),
          ),
          points: Type.Number(),
        },
        closed,
      ),
      { minItems: 1, maxItems: 50 },
    ),
  },
  closed,
);

/** Shape of the rules of a journey; what their values must hold to is `journeyFaults`. */
export const journeyRulesSchema = Type.Object(
  {
    steps: Type.Array(name, { minItems: 1, maxItems: 100 }),
    delays: Type.Array(delayRule, { maxItems: 200 }),
    defaultDelayMs: Type.Number(),
    reentry: Type.Union([
      Type.Literal('never'),
      Type.Literal('each-stall'),
      Type.Literal('after-exit'),
      Type.Object({ afterMs: milliseconds }, closed),
    ]),
    onRepeat: Type.Union([Type.Literal('keep'), Type.Literal('restart')]),
    quietHours: Type.Object({ from: Type.String(), to: Type.String() }, closed),
    jitterMs: Type.Number(),
    latestUsefulMs: Type.Number(),
    cap: Type.Object({ calls: Type.Integer(), days: Type.Integer() }, closed),
    scorecard: Type.Object(
      {
        version: Type.String({ minLength: 1, maxLength: 100 }),
        offset: Type.Number(),
        high: Type.Number(),
        medium: Type.Number(),
        features: Type.Array(feature, { minItems: 1, maxItems: 100 }),
      },
      closed,
    ),
    skills: Type.Record(Type.String(), name),
    talkTrack: Type.Record(Type.String(), words),
  },
  closed,
);

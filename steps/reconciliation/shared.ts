import Type from 'typebox';

/** Form of a calendar day. */
export const DAY_PATTERN = '^\\d{4}-\\d{2}-\\d{2}$';
/** Form of the name of a reconciliation or a source, such as `futures-positions`. */
export const NAME_PATTERN = '^[a-z0-9][a-z0-9-]{0,59}$';

/** A set of rows that stands in the payload storage. */
export const dataSetSchema = Type.Object({
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  rows: Type.Integer({ minimum: 0 }),
});

/** A calendar day. */
export const daySchema = Type.String({ pattern: DAY_PATTERN });

/** Name of a reconciliation or a source. */
export const nameSchema = Type.String({ pattern: NAME_PATTERN });

/** Lots, rows and margin (cents; null when a row does not tell it) of a data set. */
export const totalsSchema = Type.Object({
  rows: Type.Integer(),
  longLots: Type.Integer(),
  shortLots: Type.Integer(),
  margin: Type.Union([Type.Integer(), Type.Null()]),
});

/** What a file became: the output of file-parse and one side of a reconciliation. */
export const sourceSchema = Type.Object({
  source: nameSchema,
  /** Day the source itself states; null when it does not. */
  tradingDay: Type.Union([daySchema, Type.Null()]),
  dataSet: dataSetSchema,
  totals: totalsSchema,
});

/** Counts of a match. */
export const summarySchema = Type.Object({
  leftRows: Type.Integer(),
  rightRows: Type.Integer(),
  matched: Type.Integer(),
  byRule: Type.Record(Type.String(), Type.Integer()),
  byClass: Type.Record(Type.String(), Type.Integer()),
});

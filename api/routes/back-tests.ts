import Type from 'typebox';
import { backTest, type BackTest } from '../../engine/back-test/index.ts';
import { parseFlowDocument } from '../../engine/index.ts';
import { simulateCall } from '../../steps/rehearsal.ts';
import { flowRules } from '../flow-rules.ts';
import { notFound } from '../problem.ts';
import { lastRecordings, recordingOf } from '../recording.ts';
import { defineRoute } from '../route.ts';
import { checkedFlow } from '../submit.ts';
import { idSchema, nameSchema } from './common.ts';

const MAX_SOURCE_CHARS = 1_048_576;
const MOST_RUNS = 50;

/** What past runs were told, as test data and to hold a draft against. */
export const backTestRoutes = [
  defineRoute({
    method: 'GET',
    url: '/v1/runs/:runId/recording',
    permission: 'run.read',
    summary: 'What a run that has ended was told: its input and the answer of every step, as test data',
    params: Type.Object({ runId: idSchema }),
    handle: async ({ params }, { records }) => ({
      status: 200,
      body: await recordingOf(records, params.runId),
    }),
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/flows/:flowName/back-test',
    permission: 'flow.draft',
    summary:
      'Holds a document against the last runs of the flow that completed or failed: where would it have taken another way? Nothing is started',
    params: Type.Object({ flowName: nameSchema }),
    body: Type.Object(
      {
        source: Type.String({
          minLength: 1,
          maxLength: MAX_SOURCE_CHARS,
          description: 'The flow document, YAML',
        }),
        runs: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_RUNS, default: 20 })),
      },
      { additionalProperties: false },
    ),
    handle: async ({ params, body }, { records }) => {
      if ((await records.flows.find(params.flowName)) === undefined) throw notFound('flow', params.flowName);
      const { plan } = checkedFlow(body.source, await flowRules(records));
      const { document = {} } = parseFlowDocument(body.source);
      const items: BackTest[] = [];
      for (const recording of await lastRecordings(records, params.flowName, body.runs ?? 20))
        items.push(await backTest({ document, plan }, recording, simulateCall));
      const count = (verdict: BackTest['verdict']) => items.filter((each) => each.verdict === verdict).length;
      return {
        status: 200,
        body: { same: count('same'), different: count('different'), unknown: count('unknown'), items },
      };
    },
  }),
];

import { queryOptions } from '@tanstack/react-query';
import type { BackTest, Recording } from '../../../engine/back-test/index.ts';
import { api, apiPath, requestJson } from '../../api/client.ts';

/** How a document would have taken the last runs of its flow. */
export interface BackTests {
  readonly same: number;
  readonly different: number;
  readonly unknown: number;
  readonly items: readonly BackTest[];
}

/** Past runs as test data. Each call rejects with `ApiError`. */
export const pastRuns = {
  recording: (runId: string) => requestJson<Recording>('GET', apiPath('runs', runId, 'recording')),
  backTest: (flowName: string, source: string) =>
    requestJson<BackTests>('POST', apiPath('flows', flowName, 'back-test'), { source }),
  /** Runs of a flow that have ended as their flow ends, newest first; those of the first page. */
  ended: (flowName: string) =>
    queryOptions({
      queryKey: ['runs', 'ended', flowName],
      queryFn: async () => {
        const { items } = await api.runs({ flow: flowName });
        return items.filter(({ status }) => status === 'completed' || status === 'failed');
      },
    }),
};

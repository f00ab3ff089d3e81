import { proxyLocalActivities } from '@temporalio/workflow';

interface Activities {
  readonly act: (id: string) => Promise<void>;
}

const { act } = proxyLocalActivities<Activities>({ startToCloseTimeout: 5_000 });

/** A delayed run: all it does is act once it is due. */
export async function delayed(id: string): Promise<void> {
  await act(id);
}

import { ApplicationFailure } from '@temporalio/activity';
import type { WindowRule } from '../../domain/calendar/index.ts';
import type { FlowError } from '../../engine/types.ts';
import type { Records } from '../../prisma/records/types.ts';

/** Reads change windows; the rules about them are pure and run in the workflow. */
export function createCalendarActivities({ records }: { readonly records: Pick<Records, 'windows'> }) {
  return {
    async findChangeWindow({ name }: { readonly name: string }): Promise<WindowRule> {
      const row = await records.windows.find(name);
      if (row !== undefined) return row;
      const error: FlowError = {
        type: 'https://afterbell.example/errors/window-not-found',
        status: 404,
        title: 'Change window not found',
        detail: `there is no change window “${name}”`,
      };
      throw ApplicationFailure.create({
        message: error.detail ?? error.title,
        type: error.type,
        details: [error],
        nonRetryable: true,
      });
    },
  };
}

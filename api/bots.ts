import { Errors } from 'typebox/schema';
import { contentHash, isJsonObject, type Json } from '../domain/json.ts';
import { type BotFinding, lintBotScript } from '../domain/reconciliation/bot-lint.ts';
import type { BotScript } from '../domain/reconciliation/bot-script.ts';
import type { BotScriptRow } from '../prisma/records/bot-types.ts';
import type { Records } from '../prisma/records/types.ts';
import { botScriptSchema } from '../steps/reconciliation/bot-script-schema.ts';

/** A script that may not be published; every finding is in it. */
export class BotScriptRefused extends Error {
  readonly findings: readonly BotFinding[];

  constructor(findings: readonly BotFinding[]) {
    super(findings.map(({ pointer, message }) => `${pointer}: ${message}`).join('; '));
    this.name = 'BotScriptRefused';
    this.findings = findings;
  }
}

/** Everything wrong with a script: the linter's findings first, then, when no error is among them, where its shape is wrong. */
export function checkBotScript(script: Json): BotFinding[] {
  const findings = lintBotScript(script);
  if (findings.some(({ severity }) => severity === 'error')) return findings;
  const [isValid, faults] = Errors(botScriptSchema as unknown as Record<PropertyKey, unknown>, script);
  if (isValid) return findings;
  const shape = faults.map(
    ({ instancePath, message }): BotFinding => ({
      code: 'bad-shape',
      pointer: instancePath,
      message: `${instancePath} ${message}`,
      severity: 'error',
    }),
  );
  return [...findings, ...shape];
}

/** Publishes a script as the next version of its bot. Throws `BotScriptRefused` when an error is found. */
export async function publishBot(
  records: Pick<Records, 'bots'>,
  script: Json,
  publishedBy: string,
): Promise<BotScriptRow> {
  const errors = checkBotScript(script).filter(({ severity }) => severity === 'error');
  if (errors.length > 0 || !isJsonObject(script)) throw new BotScriptRefused(errors);
  const { name, title } = script as unknown as BotScript;
  return records.bots.publish({
    name,
    title,
    script,
    scriptSha256: contentHash(script),
    publishedBy,
  });
}

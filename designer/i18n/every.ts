import { drawnEn, drawnZh } from './drawn.ts';
import { en } from './en.ts';
import { fieldsEn, fieldsZh } from './fields.ts';
import { healingEn, healingZh } from './healing.ts';
import { inventoryEn, inventoryZh } from './inventory.ts';
import { outreachEn, outreachZh } from './outreach.ts';
import { reconciliationEn, reconciliationZh } from './reconciliation.ts';
import { restartEn, restartZh } from './restart.ts';
import { settingsEn, settingsZh } from './settings.ts';
import { sheetsEn, sheetsZh } from './sheets.ts';
import { trialsEn, trialsZh } from './trials.ts';
import { zhCN } from './zh-CN.ts';

/** Every text by language, for checks and types; pages read what they show. */
export const everyText = {
  'zh-CN': {
    ...zhCN,
    drawn: drawnZh,
    fields: fieldsZh,
    healing: healingZh,
    inventory: inventoryZh,
    outreach: outreachZh,
    reconciliation: reconciliationZh,
    restart: restartZh,
    settings: settingsZh,
    sheets: sheetsZh,
    trials: trialsZh,
  },
  en: {
    ...en,
    drawn: drawnEn,
    fields: fieldsEn,
    healing: healingEn,
    inventory: inventoryEn,
    outreach: outreachEn,
    reconciliation: reconciliationEn,
    restart: restartEn,
    settings: settingsEn,
    sheets: sheetsEn,
    trials: trialsEn,
  },
} as const;

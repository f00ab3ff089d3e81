import { useTranslation } from 'react-i18next';
import type { StateName } from '../theme.ts';
import { reasonParts, reasonText } from './reasons.ts';
import { State } from './state.tsx';

/** A reason in the page's language; what the planner or device said in detail lies in a fold. */
export function Reason({ name, reason }: { readonly name: StateName; readonly reason: string }) {
  const { t } = useTranslation();
  const { code, detail } = reasonParts(reason);
  return (
    <>
      <State name={name} word={reasonText(t, reason)} />
      {code === undefined || detail === '' ? null : (
        <details className="small">
          <summary>{t('approval.reasonDetail')}</summary>
          <span className="mono">{detail}</span>
        </details>
      )}
    </>
  );
}

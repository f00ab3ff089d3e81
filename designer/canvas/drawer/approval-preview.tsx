import { useTranslation } from 'react-i18next';
import { isJsonObject, type Json } from '../../../domain/json.ts';
import { unwrapExpression } from '../../../engine/expression/index.ts';
import { useSurroundings } from '../form/available.ts';
import { findAvailable, sampleText } from '../form/picker.tsx';
import type { BlockView } from '../view-model.ts';
import { memberOf } from './use-edit.ts';

/** How the approver will see it: title and content, with sample values where they come from earlier steps. */
export function ApprovalPreview({ block }: { readonly block: BlockView }) {
  const { t } = useTranslation();
  const { available } = useSurroundings();
  const shown = (value: Json | undefined): string => {
    const source = typeof value === 'string' ? unwrapExpression(value) : undefined;
    if (source === undefined) return sampleText(value);
    const known = findAvailable(available, source);
    return known?.sample === undefined ? `‹${known?.label ?? source}›` : sampleText(known.sample);
  };
  const content = memberOf(block, ['with', 'content']);
  return (
    <section className="f-part" aria-label={t('fields.flow.preview')}>
      <h3>{t('fields.flow.preview')}</h3>
      <div className="a-preview">
        <p className="a-title">{shown(memberOf(block, ['with', 'title']))}</p>
        {isJsonObject(content) ? (
          <dl className="facts">
            {Object.entries(content).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{shown(value)}</dd>
              </div>
            ))}
          </dl>
        ) : (
          <p className="mono small">{shown(content)}</p>
        )}
      </div>
    </section>
  );
}

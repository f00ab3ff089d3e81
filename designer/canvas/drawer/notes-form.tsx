import { useTranslation } from 'react-i18next';
import { useDesigner } from '../designer-context.ts';
import { AreaInput, SelectInput } from '../form/inputs.tsx';
import { Labelled } from '../form/value-editor.tsx';
import type { BlockView } from '../view-model.ts';
import { ConditionEditor } from './condition-editor.tsx';
import { memberOf, useProblemsAt, useSetMember } from './use-edit.ts';

/** Note, description, and when a step runs at all. */
export function NotesForm({ block }: { readonly block: BlockView }) {
  const { t } = useTranslation();
  const set = useSetMember(block.id);
  const problemsAt = useProblemsAt(block);
  const { flow } = useDesigner();
  const path = (name: string) => ['metadata', 'afterbell', name];
  const setCondition = (expression: string | null) => {
    flow.getState().edit({ kind: 'set-condition', task: block.id, expression }, `${block.id} if`);
  };
  // While a step is off its own condition is kept aside.
  const condition = memberOf(block, block.isOff ? path('if') : ['if']);
  const isConditional = typeof condition === 'string';
  return (
    <>
      <Labelled id="field-note" label={t('canvas.drawer.note')} help={t('canvas.drawer.noteHelp')}>
        <AreaInput
          id="field-note"
          rows={2}
          value={memberOf(block, path('note'))}
          onChange={(next) => set(path('note'), next)}
        />
      </Labelled>
      <Labelled
        id="field-description"
        label={t('canvas.drawer.description')}
        help={t('canvas.drawer.descriptionHelp')}
      >
        <AreaInput
          id="field-description"
          rows={5}
          value={memberOf(block, path('description'))}
          onChange={(next) => set(path('description'), next)}
        />
      </Labelled>
      <Labelled id="field-when" label={t('canvas.drawer.when')} problems={problemsAt(['if'])}>
        <SelectInput
          id="field-when"
          value={isConditional ? 'if' : 'always'}
          options={[
            { value: 'always', label: t('canvas.drawer.whenAlways') },
            { value: 'if', label: t('canvas.drawer.whenIf') },
          ]}
          onChange={(next) => setCondition(next === 'if' ? '${ true }' : null)}
        />
      </Labelled>
      {isConditional ? <ConditionEditor id="field-if" value={condition} onChange={setCondition} /> : null}
    </>
  );
}

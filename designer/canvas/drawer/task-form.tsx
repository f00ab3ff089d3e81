import { useTranslation } from 'react-i18next';
import type { Problem } from '../../../engine/types.ts';
import { useDesigner } from '../designer-context.ts';
import { keepAs, keptName } from '../model/kept.ts';
import { TextInput } from '../form/inputs.tsx';
import { StepField } from '../form/step-field.tsx';
import { Labelled } from '../form/value-editor.tsx';
import type { BlockView } from '../view-model.ts';
import { fieldsOf, wordOf } from '../words.ts';
import { ApprovalPreview } from './approval-preview.tsx';
import { EmitForm, ListenForm } from './event-forms.tsx';
import { ForForm, ForkForm, RaiseForm, RunForm, SetForm, SwitchForm, WaitForm } from './flow-task-forms.tsx';
import { memberOf, useProblemsAt, useSetMember } from './use-edit.ts';

/** What a step does, by its kind. */
export function TaskForm({ block }: { readonly block: BlockView }) {
  if (block.isRaw && block.definition === undefined) return <RawNote block={block} />;
  switch (block.frame ?? block.kind) {
    case 'call':
      return <CallForm block={block} />;
    case 'wait':
      return <WaitForm block={block} />;
    case 'set':
      return <SetForm block={block} />;
    case 'switch':
      return <SwitchForm block={block} />;
    case 'fork':
      return <ForkForm block={block} />;
    case 'for':
      return <ForForm block={block} />;
    case 'listen':
      return <ListenForm block={block} />;
    case 'emit':
      return <EmitForm block={block} />;
    case 'run':
      return <RunForm block={block} />;
    case 'raise':
      return <RaiseForm block={block} />;
    default:
      return null;
  }
}

function RawNote({ block }: { readonly block: BlockView }) {
  const { t } = useTranslation();
  const { ui } = useDesigner();
  return (
    <>
      <p className="w-help">{t('canvas.drawer.raw')}</p>
      <button
        type="button"
        className="f-add"
        onClick={() => ui.getState().set({ isYaml: true, show: { id: block.id } })}
      >
        {t('canvas.drawer.openYaml')}
      </button>
    </>
  );
}

function CallForm({ block }: { readonly block: BlockView }) {
  const { t, i18n } = useTranslation();
  const set = useSetMember(block.id);
  const problemsAt = useProblemsAt(block);
  const next = memberOf(block, ['then']);
  const fields = fieldsOf(block);
  const missing = problemsAt(['with']).filter(({ pointer }) => pointer === `${block.id}/with`);
  return (
    <>
      {block.definition === undefined ? null : (
        <p className="w-help">{wordOf(block.definition.help, i18n.language)}</p>
      )}
      {typeof next === 'string' ? <p className="w-help">{t('canvas.drawer.jump', { name: next })}</p> : null}
      {fields.map((spec) => (
        <StepField
          key={spec.name}
          id={`field-${spec.name}`}
          spec={spec}
          value={memberOf(block, ['with', spec.name])}
          problems={[
            ...problemsAt(['with', spec.name]),
            ...missing
              .filter(({ message }) => message.split(/[ ,]+/).includes(spec.name))
              .map(only(spec.name)),
          ]}
          onChange={(value) => set(['with', spec.name], value)}
        />
      ))}
      {block.definition?.type === 'approval' ? <ApprovalPreview block={block} /> : null}
      <KeepResult block={block} />
    </>
  );
}

/** A finding about several missing fields, as it stands at one of them. */
function only(name: string): (problem: Problem) => Problem {
  return (problem) => ({
    ...problem,
    message: problem.message.replace(/required properties .+$/, `required properties ${name}`),
  });
}

/** The name under which later steps find the result. */
function KeepResult({ block }: { readonly block: BlockView }) {
  const { t } = useTranslation();
  const set = useSetMember(block.id);
  const kept = keptName(block.task);
  const isOwn = kept === undefined && memberOf(block, ['export']) !== undefined;
  if (isOwn) return null;
  return (
    <Labelled id="field-keep" label={t('canvas.drawer.keep')} help={t('canvas.drawer.keepHelp')}>
      <TextInput
        id="field-keep"
        isMono
        value={kept}
        onChange={(name) =>
          set(
            ['export'],
            typeof name === 'string' && /^[A-Za-z_]\w*$/.test(name) ? { as: keepAs(name) } : undefined,
          )
        }
      />
    </Labelled>
  );
}

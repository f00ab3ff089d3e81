import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ROLES } from '../../../domain/access/permissions.ts';
import { queries, rowsOf } from '../../api/queries.ts';
import { readPageTexts } from '../../i18n/index.ts';
import { useMay } from '../../session/session.tsx';
import { Loading } from '../../shared/parts.tsx';
import { candidateText } from '../../shared/person.ts';
import { useDesigner, useFlow, useUi } from '../designer-context.ts';
import { type FormSurroundings, type Suggestions, Surroundings } from '../form/available.ts';
import { useDraftText } from '../form/inputs.tsx';
import { StepIcon } from '../step-icons.tsx';
import type { BlockView } from '../view-model.ts';
import { wordOf } from '../words.ts';
import { ErrorsForm } from './errors-form.tsx';
import { FlowForm } from './flow-form.tsx';
import { DrawerFrame, StepSurroundings } from './frame.tsx';
import { LaneForm } from './lane-form.tsx';
import { ManyForm } from './many-form.tsx';
import { NotesForm } from './notes-form.tsx';
import { TaskForm } from './task-form.tsx';

/** The form of whatever is selected; it takes its room from the canvas, so it covers no step. */
export function Drawer() {
  const drawer = useUi((state) => state.drawer);
  const selected = useUi((state) => state.selected);
  const laneId = useUi((state) => state.lane);
  const block = useFlow((state) => state.index.blocks.get(selected.at(-1) ?? '')?.block);
  const isLane = useFlow((state) => laneId !== undefined && state.index.lanes.has(laneId));
  const suggestions = useSuggestions();
  if (drawer === undefined) return null;
  if (drawer === 'flow') return <FlowDrawer suggestions={suggestions} />;
  if (selected.length > 1) return <ManyForm />;
  if (isLane && laneId !== undefined)
    return <LaneForm key={laneId} laneId={laneId} suggestions={suggestions} />;
  return block === undefined ? null : <StepDrawer key={block.id} block={block} suggestions={suggestions} />;
}

const TABS = ['tabForm', 'tabErrors', 'tabNotes', 'tabTrial'] as const;

/** Brings the pure machine along. */
const TrialForm = lazy(async () => {
  const [form] = await Promise.all([import('./trial-form.tsx'), readPageTexts('trials')]);
  return { default: form.TrialForm };
});

function StepDrawer({
  block,
  suggestions,
}: {
  readonly block: BlockView;
  readonly suggestions: Suggestions;
}) {
  const { t, i18n } = useTranslation();
  const { flow, ui } = useDesigner();
  const [tab, setTab] = useState<(typeof TABS)[number]>('tabForm');
  const name = useDraftText(block.name, (text) => {
    if (text.trim() === '') return;
    const ids = flow
      .getState()
      .edit(
        block.hasTitle
          ? { kind: 'set-title', task: block.id, title: text }
          : { kind: 'rename', task: block.id, name: text.trim() },
      );
    if (ids !== undefined && ui.getState().selected.at(-1) === block.id)
      ui.getState().select(ids, { open: true });
  });
  const kind = block.definition === undefined ? '' : wordOf(block.definition.title, i18n.language);
  return (
    <DrawerFrame
      icon={<StepIcon icon={block.definition?.icon} kind={block.kind} />}
      title={
        <>
          <input
            className="w-name"
            aria-label={t('canvas.drawer.name')}
            value={name.text}
            onChange={(event) => name.onType(event.target.value)}
            onBlur={name.flush}
            onKeyDown={(event) => {
              if (event.key === 'Enter') name.flush();
            }}
          />
          {kind === '' || kind === block.name ? null : <span className="n-does">{kind}</span>}
        </>
      }
      tabs={
        <div className="w-tabs" role="tablist">
          {TABS.map((each) => (
            <button
              key={each}
              type="button"
              role="tab"
              className="w-tab"
              aria-selected={tab === each}
              onClick={() => setTab(each)}
            >
              {t(`canvas.drawer.${each}`)}
            </button>
          ))}
        </div>
      }
    >
      <StepSurroundings blockId={block.id} suggestions={suggestions}>
        {tab === 'tabForm' ? (
          <TaskForm block={block} />
        ) : tab === 'tabErrors' ? (
          <ErrorsForm block={block} />
        ) : tab === 'tabNotes' ? (
          <NotesForm block={block} />
        ) : (
          <Suspense fallback={<Loading rows={8} />}>
            <TrialForm block={block} />
          </Suspense>
        )}
      </StepSurroundings>
    </DrawerFrame>
  );
}

function FlowDrawer({ suggestions }: { readonly suggestions: Suggestions }) {
  const { t } = useTranslation();
  const around = useMemo((): FormSurroundings => ({ available: [], suggestions }), [suggestions]);
  return (
    <DrawerFrame
      icon={<StepIcon icon="file-text" kind={undefined} />}
      title={<h2>{t('fields.flow.settings')}</h2>}
    >
      <Surroundings value={around}>
        <FlowForm />
      </Surroundings>
    </DrawerFrame>
  );
}

/** People, devices, windows, secrets and flows that fields suggest; each list is read once, and absent where a person may not read it. */
function useSuggestions(): Suggestions {
  const { t } = useTranslation();
  const people = useQuery({ ...queries.delegations(), enabled: useMay('approval.read') });
  const devices = useInfiniteQuery({ ...queries.devices(), enabled: useMay('device.read') });
  const windows = useQuery(queries.windows());
  const secrets = useQuery({ ...queries.secrets(), enabled: useMay('secret.write') });
  const flows = useInfiniteQuery(queries.flows());
  return useMemo(
    () => ({
      people: [
        ...ROLES.map((role) => ({ value: `role:${role}`, label: candidateText(t, `role:${role}`) })),
        ...(people.data?.people ?? []).map((person) => ({
          value: `person:${person.personId}`,
          label: person.displayName,
        })),
      ],
      devices: (devices.data === undefined ? [] : rowsOf(devices.data)).map(({ name }) => ({
        value: name,
        label: name,
      })),
      windows: (windows.data?.items ?? []).map(({ name }) => ({ value: name, label: name })),
      secrets: (secrets.data?.items ?? []).map(({ name, version }) => ({
        value: `${name}#v${version}`,
        label: name,
      })),
      flows: (flows.data === undefined ? [] : rowsOf(flows.data)).map(({ flowName, title }) => ({
        value: flowName,
        label: title,
      })),
    }),
    [people.data, devices.data, windows.data, secrets.data, flows.data, t],
  );
}

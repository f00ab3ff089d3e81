import { useTranslation } from 'react-i18next';
import { Icon } from '../../shared/icons.tsx';
import { useDesigner, useFlow } from '../designer-context.ts';
import type { Suggestions } from '../form/available.ts';
import { TextInput } from '../form/inputs.tsx';
import { Labelled } from '../form/value-editor.tsx';
import { StepIcon } from '../step-icons.tsx';
import type { BlockView, LaneView } from '../view-model.ts';
import { ConditionEditor } from './condition-editor.tsx';
import { DrawerFrame, StepSurroundings } from './frame.tsx';

/** A case or branch: its name and when it is taken. */
export function LaneForm({
  laneId,
  suggestions,
}: {
  readonly laneId: string;
  readonly suggestions: Suggestions;
}) {
  const { t } = useTranslation();
  const entry = useFlow((state) => state.index.lanes.get(laneId));
  if (entry?.owner === undefined) return null;
  const { lane, owner } = entry;
  return (
    <DrawerFrame icon={<StepIcon icon={undefined} kind={owner.kind} />} title={<h2>{owner.name}</h2>}>
      <StepSurroundings blockId={owner.id} suggestions={suggestions}>
        {lane.position === undefined ? (
          <p className="w-help">
            {t(lane.kind === 'catch' ? 'fields.errors.afterwardsHelp' : 'canvas.drawer.laneHelp')}
          </p>
        ) : (
          <PositionedLane lane={lane} owner={owner} position={lane.position} />
        )}
      </StepSurroundings>
    </DrawerFrame>
  );
}

function PositionedLane({
  lane,
  owner,
  position,
}: {
  readonly lane: LaneView;
  readonly owner: BlockView;
  readonly position: number;
}) {
  const { t } = useTranslation();
  const { flow, ui } = useDesigner();
  const isBranch = lane.kind === 'branch';
  /** The way itself: its list stands under `do`. */
  const way = lane.id.slice(0, -'/do'.length);
  const rename = (name: string) => {
    if (name.trim() === '') return;
    flow
      .getState()
      .edit(
        isBranch
          ? { kind: 'rename', task: way, name }
          : { kind: 'rename-case', block: owner.id, index: position, name },
      );
    const renamed = flow.getState().index.blocks.get(owner.id)?.block.lanes[position];
    if (renamed !== undefined) ui.getState().selectLane(renamed.id);
  };
  const remove = () => {
    flow
      .getState()
      .edit(
        isBranch
          ? { kind: 'remove-branch', branch: way }
          : { kind: 'remove-case', block: owner.id, index: position },
      );
    ui.getState().select([owner.id], { open: true });
  };
  return (
    <>
      {lane.kind === 'otherwise' ? (
        <p className="w-help">{t('canvas.drawer.otherwise')}</p>
      ) : (
        <Labelled id="field-lane" label={t(isBranch ? 'canvas.drawer.laneName' : 'canvas.drawer.caseName')}>
          <TextInput
            id="field-lane"
            value={lane.name}
            onChange={(next) => rename(typeof next === 'string' ? next : '')}
          />
        </Labelled>
      )}
      {lane.kind === 'case' ? (
        <Labelled id="field-condition" label={t('canvas.drawer.condition')} isRequired>
          <ConditionEditor
            id="field-condition"
            value={lane.when ?? ''}
            onChange={(when) => {
              flow
                .getState()
                .edit(
                  { kind: 'set-case', block: owner.id, index: position, when },
                  `${owner.id} case ${position}`,
                );
            }}
          />
        </Labelled>
      ) : null}
      {owner.lanes.length > 1 && lane.kind !== 'otherwise' ? (
        <button type="button" className="f-add" onClick={remove}>
          <Icon name="trash" />
          {t('canvas.drawer.removeLane')}
        </button>
      ) : null}
    </>
  );
}

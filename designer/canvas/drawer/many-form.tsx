import { useTranslation } from 'react-i18next';
import { copy, cut, duplicate, remove, shift, toggleOff, wrap } from '../commands.ts';
import { useDesigner, useUi } from '../designer-context.ts';
import { StepIcon } from '../step-icons.tsx';
import { DrawerFrame } from './frame.tsx';

/** What can be done with several steps at once. */
export function ManyForm() {
  const { t } = useTranslation();
  const designer = useDesigner();
  const count = useUi((state) => state.selected.length);
  const acts: ReadonlyArray<readonly [string, () => void]> = [
    [t('canvas.act.group'), () => wrap(designer, 'do')],
    [t('fields.errors.handle'), () => wrap(designer, 'try')],
    [t('canvas.act.duplicate'), () => duplicate(designer)],
    [t('canvas.act.copy'), () => void copy(designer)],
    [t('canvas.act.cut'), () => void cut(designer)],
    [t('canvas.act.moveUp'), () => shift(designer, -1)],
    [t('canvas.act.moveDown'), () => shift(designer, 1)],
    [`${t('canvas.act.disable')} / ${t('canvas.act.enable')}`, () => toggleOff(designer)],
    [t('canvas.act.remove'), () => remove(designer)],
  ];
  return (
    <DrawerFrame
      icon={<StepIcon icon={undefined} kind="do" />}
      title={<h2>{t('canvas.drawer.many', { count })}</h2>}
    >
      {acts.map(([label, onChoose]) => (
        <button key={label} type="button" className="m-item" onClick={onChoose}>
          {label}
        </button>
      ))}
    </DrawerFrame>
  );
}

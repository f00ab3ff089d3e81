import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Drawer, Form, type FormRule, Input, InputNumber, Select } from 'antd';
import { useWords } from '../inbox/use-words.ts';
import { PLATFORMS } from '../../domain/network/platform.ts';
import { sendJson } from '../inbox/http.ts';
import {
  DEVICE_PATTERNS,
  type DeviceForm,
  deviceBody,
  type DeviceView,
  formOf,
  parseAttributes,
} from './device-body.ts';

const NEW_DEVICE: Partial<DeviceForm> = {
  port: 22,
  platform: 'cisco_ios',
  zone: 'default',
  sshProfile: 'modern',
  protectedPorts: [],
};

/** The form that adds a device, or changes the known one. */
export function DeviceDrawer({
  known,
  onClose,
}: {
  readonly known?: DeviceView;
  readonly onClose: () => void;
}) {
  const { t } = useWords('devices');
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (form: DeviceForm) => sendJson<DeviceView>('POST', '/v1/devices', deviceBody(form, known)),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['devices'] });
      onClose();
    },
  });
  return (
    <Drawer open onClose={onClose} title={t(known === undefined ? 'add' : 'change')}>
      <Form<DeviceForm>
        layout="vertical"
        initialValues={known === undefined ? NEW_DEVICE : formOf(known)}
        onFinish={(form) => save.mutate(form)}
      >
        <Fields known={known !== undefined} />
        {save.error === null ? null : (
          <Alert type="error" showIcon title={t('notSaved')} description={save.error.message} />
        )}
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t('save')}
        </Button>
      </Form>
    </Drawer>
  );
}

function Fields({ known }: { readonly known: boolean }) {
  const { t } = useWords('devices');
  const required: FormRule = { required: true, message: t('required') };
  const shaped = (name: keyof typeof DEVICE_PATTERNS): FormRule => ({
    pattern: DEVICE_PATTERNS[name],
    message: t('invalid'),
  });
  const options = (names: readonly string[], label: (name: string) => string) =>
    names.map((name) => ({ value: name, label: label(name) }));
  const item = (name: keyof DeviceForm) => ({ name, label: t(`field.${name}`) });
  return (
    <>
      <Form.Item {...item('name')} extra={t('help.name')} rules={[required, shaped('name')]}>
        <Input disabled={known} />
      </Form.Item>
      <Form.Item {...item('host')} rules={[required, shaped('host')]}>
        <Input />
      </Form.Item>
      <Form.Item {...item('port')} rules={[required]}>
        <InputNumber min={1} max={65535} precision={0} />
      </Form.Item>
      <Form.Item {...item('platform')} rules={[required]}>
        <Select options={options(PLATFORMS, (name) => name)} />
      </Form.Item>
      <Form.Item
        {...item('zone')}
        extra={t('help.zone')}
        rules={[required, { pattern: DEVICE_PATTERNS.name, message: t('invalid') }]}
      >
        <Input />
      </Form.Item>
      <Form.Item
        {...item('credentialRef')}
        extra={t('help.credentialRef')}
        rules={[required, shaped('credentialRef')]}
      >
        <Input />
      </Form.Item>
      <Form.Item {...item('hostKeyType')} extra={t('help.hostKeyType')} rules={[shaped('hostKeyType')]}>
        <Input />
      </Form.Item>
      <Form.Item {...item('hostKeySha256')} extra={t('help.hostKeySha256')} rules={[shaped('hostKeySha256')]}>
        <Input />
      </Form.Item>
      <Form.Item {...item('sshProfile')} extra={t('help.sshProfile')}>
        <Select
          options={options(
            ['modern', 'legacy', 'very-legacy'],
            (name) => `${name} · ${t(`profile.${name}`)}`,
          )}
        />
      </Form.Item>
      <Form.Item {...item('protectedPorts')} extra={t('help.protectedPorts')}>
        <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[' ', ',']} />
      </Form.Item>
      <AttributesField />
    </>
  );
}

function AttributesField() {
  const { t } = useWords('devices');
  const check = (_rule: unknown, text: string | undefined) =>
    parseAttributes(text ?? '') === undefined ? Promise.reject(new Error(t('invalid'))) : Promise.resolve();
  return (
    <Form.Item
      name="attributeText"
      label={t('field.attributes')}
      extra={t('help.attributes')}
      rules={[{ validator: check }]}
    >
      <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} />
    </Form.Item>
  );
}

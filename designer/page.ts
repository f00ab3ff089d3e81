import type { ComponentType } from 'react';
import { type PageTexts, readPageTexts } from './i18n/index.ts';

/** A page for the router: its module and the texts that only it shows are read together when it is opened. */
export function page<Name extends string>(
  read: () => Promise<Readonly<Record<Name, ComponentType>>>,
  name: Name,
  ...texts: readonly PageTexts[]
): () => Promise<{ readonly Component: ComponentType }> {
  return async () => {
    const [module] = await Promise.all([read(), ...texts.map(readPageTexts)]);
    return { Component: module[name] };
  };
}

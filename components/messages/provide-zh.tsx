'use client';

import type { ReactNode } from 'react';
import { FORMATS } from './format';
import { MessagesProvider } from './use-messages';
import { common } from './zh/common';

const messages = { t: common, f: FORMATS.zh };

export function ProvideChinese({ children }: { children: ReactNode }) {
	return <MessagesProvider messages={messages}>{children}</MessagesProvider>;
}

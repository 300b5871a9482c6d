'use client';

import type { ReactNode } from 'react';
import { common } from './en/common';
import { FORMATS } from './format';
import { MessagesProvider } from './use-messages';

const messages = { t: common, f: FORMATS.en };

/** One module a language, so that a browser downloads only the texts it shows (provide.tsx). */
export function ProvideEnglish({ children }: { children: ReactNode }) {
	return <MessagesProvider messages={messages}>{children}</MessagesProvider>;
}

'use client';

import { createContext, type ReactNode, useContext } from 'react';
import type { Catalogue } from './catalogue';
import type { Format } from './format';

/** `t` holds the texts, `f` formats figures and times, both in the reader's language. */
export type Messages = { readonly t: Catalogue; readonly f: Format };

const MessagesContext = createContext<Messages | null>(null);

export function MessagesProvider({ messages, children }: { messages: Messages; children: ReactNode }) {
	return <MessagesContext value={messages}>{children}</MessagesContext>;
}

/** For client components: `const { t, f } = useMessages()`. The root layout provides it. */
export function useMessages(): Messages {
	const messages = useContext(MessagesContext);
	if (!messages) throw new Error('useMessages is used outside of the root layout, which provides the texts');
	return messages;
}

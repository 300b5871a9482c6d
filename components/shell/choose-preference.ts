'use client';

import { useSyncExternalStore } from 'react';
import { LANGUAGE_COOKIE, type Language } from '../messages/language';
import { CLUSTER_COOKIE } from './cluster-cookie';
import { parseRoom, ROOM_COOKIE, type Room } from './room';
import { parseTheme, THEME_COOKIE, type Theme } from './theme';

function keep(cookie: string, value: string) {
	// biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API exists on https and localhost only
	document.cookie = `${cookie}=${value}; path=/; max-age=31536000; samesite=lax`;
}

/** Takes effect once the page is asked for anew: `router.refresh()`. */
export function chooseLanguage(language: Language): void {
	keep(LANGUAGE_COOKIE, language);
}

/** The cluster that pages about none lead back to. */
export function rememberCluster(id: string): void {
	keep(CLUSTER_COOKIE, encodeURIComponent(id));
}

const watchers = new Set<() => void>();

export function chooseTheme(theme: Theme): void {
	keep(THEME_COOKIE, theme);
	document.documentElement.dataset.theme = theme;
	for (const watcher of watchers) watcher();
}

export function chooseRoom(room: Room): void {
	keep(ROOM_COOKIE, room);
	document.documentElement.dataset.room = room;
	for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
	watchers.add(watcher);
	return () => watchers.delete(watcher);
}

/** The theme as the root element says it, wherever it was chosen; `initial` is what the server painted. */
export function useTheme(initial: Theme): Theme {
	return useSyncExternalStore(
		watch,
		() => parseTheme(document.documentElement.dataset.theme),
		() => initial,
	);
}

/** From how far it is read, as the root element says it; `initial` is what the server painted. */
export function useRoom(initial: Room): Room {
	return useSyncExternalStore(
		watch,
		() => parseRoom(document.documentElement.dataset.room),
		() => initial,
	);
}

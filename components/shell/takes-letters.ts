/** Where the page behind cannot be reached: a modal dialog lies over it. */
function isBehindDialog(): boolean {
	return document.getElementById('content')?.closest('[aria-hidden="true"], [inert]') != null;
}

/** True where letters are text, choose from a menu, or belong to a dialog over the page. */
export function takesLetters(target: EventTarget | null): boolean {
	if (isBehindDialog()) return true;
	if (!(target instanceof HTMLElement)) return false;
	if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return true;
	return target.closest('[aria-modal="true"], [role="alertdialog"], [role="menu"]') !== null;
}

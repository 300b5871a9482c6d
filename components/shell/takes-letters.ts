/** Every dialog lies over the page and holds its keys, except one that says that it stands beside (`data-beside`). */
const OVER = '[role="dialog"]:not([data-beside="true"]), [role="alertdialog"]';

/** True where letters are text, choose from a menu, or would reach the page behind a dialog. */
export function takesLetters(target: EventTarget | null): boolean {
	if (document.querySelector(OVER) !== null) return true;
	if (!(target instanceof HTMLElement)) return false;
	if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return true;
	return target.closest('[role="menu"]') !== null;
}

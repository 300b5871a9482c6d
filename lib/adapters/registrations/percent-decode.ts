/** Text as Java's URLEncoder wrote it ('+' is a blank), decoded exactly once; null when its percent-encoding is broken. */
export function percentDecode(text: string): string | null {
	try {
		return decodeURIComponent(text.replaceAll('+', ' '));
	} catch {
		return null;
	}
}

/** A module of its own: where the layout itself failed, these are all the texts there are (app/global-error.tsx). */
export const failure = {
	title: 'This page could not be shown',
	onServer:
		'The fault is in the console, not in your cluster. Members go on being watched. Try again; if it stays, the console’s log names the cause.',
	inBrowser:
		'The fault is in this browser or in the console, not in your cluster. Members go on being watched. Try again; if it stays, the browser’s developer tools name the cause.',
	reference: (digest: string) => `Reference for the log: ${digest}`,
	retry: 'Try again',
};

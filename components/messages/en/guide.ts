/** The page that leads from a config to a cluster whose deaths can be proven. */
export const guide = {
	title: 'Set-up',
};

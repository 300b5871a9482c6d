/** What a Turms node with one loopback address writes into its znode. */
export function turmsRecord(id: string, port: number): string {
	return JSON.stringify({
		key: { clusterId: 'turms', nodeId: id },
		name: id,
		nodeType: 'GATEWAY',
		memberHost: '127.0.0.1',
		memberPort: port,
	});
}

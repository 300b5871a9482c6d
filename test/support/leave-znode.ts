import { createRequire } from 'node:module';

const zooKeeperLibrary = createRequire(import.meta.url)('node-zookeeper-client');

/** Makes a znode (`data` null: it is there) to which nobody may write, or everybody; anybody may change that. */
export async function leaveZnode(connect: string, path: string, data: Buffer | null, writable: boolean): Promise<void> {
	const { createClient, ACL, CreateMode, Permission, Id } = zooKeeperLibrary;
	const client = createClient(connect);
	try {
		await new Promise<void>((resolve) => {
			client.once('connected', () => resolve());
			client.connect();
		});
		const allowed = Permission.READ | Permission.ADMIN | (writable ? Permission.WRITE : 0);
		const acls = [new ACL(allowed, Id.ANYONE_ID_UNSAFE)];
		await new Promise<void>((resolve, reject) => {
			const done = (error: unknown) => (error ? reject(error) : resolve());
			if (data === null) {
				client.setACL(path, acls, -1, done);
			} else {
				client.create(path, data, acls, CreateMode.PERSISTENT, done);
			}
		});
	} finally {
		client.close();
	}
}

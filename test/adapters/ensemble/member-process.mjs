// One member: its own process with its own ZooKeeper session. Arguments: connect string, path, session timeout in ms.
// Prints its session id in hex once its ephemeral znode is there, then lives until it is killed.
import zooKeeper from 'node-zookeeper-client';

const [connect, path, sessionTimeoutMs] = process.argv.slice(2);
const client = zooKeeper.createClient(connect, { sessionTimeout: Number(sessionTimeoutMs) });
client.once('connected', () => {
	client.create(path, Buffer.from('{}'), zooKeeper.CreateMode.EPHEMERAL, (error) => {
		if (error) throw error;
		process.stdout.write(`${client.getSessionId().toString('hex')}\n`);
	});
});
client.connect();
